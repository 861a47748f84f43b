"""PySD: a court's backlog as a stock with two flows."""

import warnings
from pathlib import Path

import pysd
from clock import timed

MODEL = """{{UTF-8}}
backlog = INTEG (receipts - completions, {pending}) ~ ~ |
receipts = {receipts} ~ ~ |
completions = MIN({capacity}, backlog) ~ ~ |
FINAL TIME = {months} ~ ~ |
INITIAL TIME = 0 ~ ~ |
SAVEPER = {months} ~ ~ |
TIME STEP = 1 ~ ~ |
"""


def prepare(task):
    """Translate the model; the work runs it."""
    file = Path(task["folder"]) / "backlog.mdl"
    file.write_text(MODEL.format(**task), encoding="utf-8")
    warnings.simplefilter("ignore")
    model = pysd.read_vensim(str(file))
    return lambda: [model.run(return_columns=["backlog"])["backlog"].iloc[-1]]


timed(prepare)
