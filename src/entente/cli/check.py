"""`entente check`: list every problem of an accord file."""

from typing import TYPE_CHECKING

import click

from entente.cli import completing

if TYPE_CHECKING:
    from entente.problems import Problem


@click.command(epilog="Example:  entente check my-accord.toml")
@click.argument("name", shell_complete=completing.accords)
@click.option("--json", "as_json", is_flag=True, help="a list of problems for machines")
@click.option("--fix", is_flag=True, help="first mend in the file what can be mended safely")
@click.pass_context
def command(context: click.Context, name: str, as_json: bool, fix: bool) -> None:
    """List every problem of NAME: a shipped accord, a path, or NAME@DATE as known on that day.

    One line a problem, file:line:col: CODE clause: message; mend. A clean accord gives no output.
    Exit 3 if any is an error (E...); warnings (W...) leave an accord usable. --fix writes the file
    anew, comments kept: quotes, capitals of codes, misspelt keys, spaces at the ends of lines.
    """
    import json

    from entente.accord.checks import checked
    from entente.cli.quoting import quoted

    if fix:
        _mend(name)
    found = checked(name)
    problems = found.problems
    if as_json:
        rows = [problem.as_json() for problem in problems]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        for problem in problems:
            click.echo(str(problem))
            for line in quoted(problem) if problem.is_error else ():
                click.echo(line)
    for line in _undecided(found.undecided):
        click.echo(line, err=True)
    if any(problem.is_error for problem in problems):
        context.exit(3)


def _undecided(problems: "tuple[Problem, ...]") -> list[str]:
    """Say what is not decided, a line for each clause and reason."""
    groups: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        groups.setdefault((problem.clause, problem.message), []).append(problem)
    lines = []
    for (clause, message), group in groups.items():
        more = f" (and {len(group) - 1} more)" if len(group) > 1 else ""
        lines.append(f"{group[0].where}: {clause}: {message}{more}")
    return lines


def _mend(name: str) -> None:
    """Mend a file in place, and say what was changed."""
    from pathlib import Path

    from entente.accord.mending import mended
    from entente.accord.text import text_of
    from entente.files import write_whole

    if not Path(name).is_file():
        raise click.UsageError(f"--fix mends a file, and '{name}' is none")
    before = text_of(name)
    after, mends = mended(before, name)
    if after != before:
        write_whole(name, after)
    for mend in mends:
        click.echo(f"mended {mend}", err=True)
