"use strict";
// Without this script the page lacks nothing but its buttons for PNG: a browser can draw a chart
// onto a canvas, and pictures inside the page would make it several times as large.
addEventListener("DOMContentLoaded", () => {
  const SHOWN = "figure > .wide > svg, .months input:checked + label + .frame > .wide > svg";
  const PAPER = "#fefefe";
  const FINER = 2;

  const picture = (figure) => {
    const svg = figure.querySelector(SHOWN).cloneNode(true);
    const [, , width, height] = svg.getAttribute("viewBox").split(" ");
    const paper = document.createElementNS(svg.namespaceURI, "rect");
    for (const [name, value] of Object.entries({ width, height, fill: PAPER })) paper.setAttribute(name, value);
    const land = [...figure.querySelectorAll("symbol")].map((symbol) => symbol.cloneNode(true));
    svg.prepend(...land, paper);
    svg.setAttribute("width", width);
    svg.setAttribute("height", height);
    const text = new XMLSerializer().serializeToString(svg);
    return { width, height, address: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}` };
  };

  const take = (address, name) => {
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
  };

  const takePng = async (figure) => {
    const { width, height, address } = picture(figure);
    const image = new Image(width * FINER, height * FINER);
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width;
    canvas.height = image.height;
    canvas.getContext("2d").drawImage(image, 0, 0, image.width, image.height);
    take(canvas.toDataURL("image/png"), `${figure.id}.png`);
  };

  for (const button of document.querySelectorAll("button.png")) {
    const figure = button.closest("figure");
    button.hidden = false;
    button.addEventListener("click", () => takePng(figure));
    // A map's file is that of its first month; with a script it is that of the month shown.
    const link = figure.querySelector("a[download$='.svg']");
    if (figure.querySelector(".frame")) link.addEventListener("click", () => { link.href = picture(figure).address; });
  }
});
