"""The verbs. Each verb is one module here and is imported only when it is called."""

import errno
import os
import sys
from contextlib import suppress
from importlib import import_module
from shutil import get_terminal_size
from textwrap import wrap
from typing import Any, Final

import click

_LEAST: Final = 52  # columns that click takes for granted
VERBS: Final = {
    "run": "Run an accord forward month by month over many draws.",
    "brief": "Write the page of a finished run again: HTML, PDF, Markdown, pictures.",
    "experiment": "Run every combination of a plan once, and find what drives the answer.",
    "check": "List every problem of an accord file.",
    "explain": "Say in sentences what holds on a day, and why.",
    "timeline": "Say what is in force when.",
    "compare": "Set two or more accords or runs beside each other, draw by draw.",
    "forecast": "Forecast monthly border counts by group.",
    "backtest": "Score the forecast against naive baselines on past months.",
    "displacement": "Simulate a Flee-format folder as counts.",
    "equilibrium": "Solve a world trade equilibrium under a tariff schedule.",
    "claims": "Hold published figures against what arithmetic allows.",
    "products": "Answer duties product by product: who sells, pays and gains.",
    "duty": "Price entry lines under an accord, to the cent.",
    "plan": "Say what an importer should do now under a run of an accord.",
    "responsible": "Say which state answers for each asylum claim.",
    "negotiate": "Look for terms that both sides prefer to no deal.",
    "legislature": "Say how likely a legislature or a court stops it.",
    "accords": "List the shipped accords.",
    "new": "Write a starter file for an accord of your own.",
    "schema": "Print the language of accords as JSON Schema, for editors.",
    "data": "List the shipped tables with source, vintage and licence.",
    "desk": "Serve the web desk on this machine.",
    "cite": "Say how to cite entente.",
}


class LazyVerbs(click.Group):
    """Load a verb's module when it is called, so that `entente --help` stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the verbs in the order in which people meet them."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import `entente.cli.<verb>` and return its `command`."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"entente.cli.{cmd_name}").command
        command.epilog = _whole(command.epilog or "")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a verb; for a slip of the pen name the nearest one."""
        from entente.problems import did_you_mean

        if args[0] not in VERBS and not args[0].startswith("-"):
            raise click.UsageError(
                f"no verb named '{args[0]}'; {did_you_mean(args[0], VERBS)}", ctx
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of verbs without importing any of them."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Call the verb; say in one sentence what the machine itself refused."""
        from entente.problems import EntenteError, OutputError

        try:
            return super().invoke(ctx)
        except SystemExit as ended:
            if isinstance(ended.__context__, BrokenPipeError):  # rich met the same closed pipe
                return 0
            raise
        except MemoryError as failure:
            message = "not enough memory for this; ask for fewer draws or months"
            raise EntenteError(message) from failure
        except OSError as failure:
            if failure.errno == errno.EPIPE:  # `| head -1`: the reader has had enough
                _hush()
                return 0
            what = f"{failure.filename}: " if failure.filename else ""
            raise OutputError(f"{what}cannot read or write: {failure.strerror}") from failure


def _whole(example: str) -> str:
    """Keep an example whole to be copied: names are not broken, lines end in a backslash."""
    if example.startswith("\b"):
        return example
    lines = wrap(
        example, 76, subsequent_indent="    ", break_on_hyphens=False, break_long_words=False
    )
    return "\b\n" + " \\\n".join(lines)


def _hush() -> None:
    """Let what is still on its way to a closed pipe go nowhere, rather than fail at the exit."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@click.group(cls=LazyVerbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="entente")
def entente() -> None:
    """Write an announced deal as a file, check it, run it forward, read what it does.

    Who pays, who moves, who waits, whether the promise can be kept, and whether the deal holds.

    Start with:  entente run us-mexico-2019
    """


def _narrow() -> int | None:
    """Return the width of a window too narrow for click's least; None for any other."""
    columns = get_terminal_size().columns
    return columns - 2 if columns < _LEAST else None


def main() -> None:
    """Run the command line; exit 0 done, 2 usage, 3 input problems, 4 no solution, 130 stopped."""
    from entente.problems import EntenteError, InputProblemsError

    try:
        code = entente.main(standalone_mode=False, terminal_width=_narrow())
        if isinstance(code, int):  # a verb that ended itself early gives its code back
            sys.exit(code)
    except click.ClickException as mistake:
        mistake.show()
        sys.exit(mistake.exit_code)
    except InputProblemsError as refused:
        from entente.cli.quoting import told

        click.echo("\n".join(told(refused.problems)), err=True)
        sys.exit(refused.exit_code)
    except EntenteError as failure:
        click.echo(str(failure), err=True)
        sys.exit(failure.exit_code)
    except (KeyboardInterrupt, click.Abort) as stop:
        click.echo(str(stop.__cause__ or stop) or "stopped", err=True)
        sys.exit(130)
