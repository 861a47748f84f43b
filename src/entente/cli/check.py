"""`entente check`: list every problem of an accord file."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from entente.problems import Problem


@click.command(epilog="Example:  entente check my-accord.toml")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="a list of problems for machines")
@click.pass_context
def command(context: click.Context, name: str, as_json: bool) -> None:
    """List every problem of NAME: a shipped accord, a path, or NAME@DATE as known on that day.

    One line a problem, file:line:col: CODE clause: message; mend. A clean accord gives no output.
    Exit 3 if any is an error (E...); warnings (W...) leave an accord usable.
    """
    import json

    from entente.accord.checks import check

    problems = check(name)
    if as_json:
        rows = [problem.as_json() for problem in problems]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        lines = _lines_of(name)
        for problem in problems:
            click.echo(str(problem))
            if problem.is_error:
                _quote(problem, lines)
    if any(problem.is_error for problem in problems):
        context.exit(3)


def _lines_of(name: str) -> list[str]:
    from entente.accord.text import text_of
    from entente.problems import InputProblemsError

    try:
        return text_of(name).splitlines()
    except InputProblemsError:
        return []


def _quote(problem: "Problem", lines: list[str]) -> None:
    """Show the line of an error with a caret under the fault."""
    line, col = problem.where.line, problem.where.col
    if 0 < line <= len(lines):
        click.echo(f"    {lines[line - 1]}")
        if col:
            indent = "".join("\t" if c == "\t" else " " for c in lines[line - 1][: col - 1])
            click.echo(f"    {indent}^")
