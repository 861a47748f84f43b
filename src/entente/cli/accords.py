"""`entente accords`: the shipped library."""

import click


@click.command(epilog="Example:  entente accords --json")
@click.option("--json", "as_json", is_flag=True, help="a list for machines")
def command(as_json: bool) -> None:
    """List the shipped accords: name, title, parties, and the days on which more became known."""
    import json

    from entente.accord.text import read, shipped

    rows = []
    for name in shipped():
        accord = read(name)
        days = {accord.known_from(clause) for clause in accord.clauses} - {None}
        rows.append(
            {
                "name": name,
                "title": accord.title,
                "parties": list(accord.parties),
                "clauses": len(accord.clauses),
                "known_on": [day.isoformat() for day in sorted(filter(None, days))],
            }
        )
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        known = row["known_on"]
        span = f"known from {known[0]} to {known[-1]}" if isinstance(known, list) and known else ""
        parties = ", ".join(row["parties"]) if isinstance(row["parties"], list) else ""
        click.echo(f"{row['name']}\n    {row['title']}\n    {parties}; {span}")
