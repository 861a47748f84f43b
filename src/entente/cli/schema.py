"""`entente schema`: the language of accords for editors."""

from pathlib import Path

import click


@click.command(epilog="Example:  entente schema --out accord.schema.json")
@click.option("--out", type=click.Path(path_type=Path), help="write it to a file")
@click.option("--json", "as_json", is_flag=True, help="print it beside --out too")
def command(out: Path | None, as_json: bool) -> None:
    """Print the JSON Schema of an accord file, for editors that complete and check TOML.

    With taplo or Even Better TOML, begin the accord with `#:schema ./accord.schema.json`.
    """
    import json

    from entente.accord.blueprint import json_schema
    from entente.files import write_whole

    text = json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"
    if out is None or as_json:
        click.echo(text, nl=False)
    if out is not None:
        write_whole(out, text)
        click.echo(f"wrote {out}", err=True)
