"""`memwizard models`."""

from __future__ import annotations

import click

from wizard.cli.common import json_option, print_json, table
from wizard.cli.echo import echo


@click.command()
@click.argument("search", required=False, default="")
@json_option
def command(search: str, as_json: bool) -> int:
    """List the models whose shapes are known; SEARCH narrows it to ids and families that contain it."""
    from wizard.domain.units import billions
    from wizard.knowledge.models.catalogue import built, catalogue

    wanted = search.lower()
    rows = [row for row in catalogue().values() if wanted in " ".join((row.id, row.family, *row.also)).lower()]
    if not as_json and not rows:
        echo(f"nothing in the catalogue matches '{search}'", err=True)
        return 1
    if as_json:
        from wizard.output.json.models import model_out

        print_json(*map(model_out, rows))
    else:
        cells = [
            (row.id, billions(row.parameters), "MoE" if built(row.id).moe else "dense", row.family) for row in rows
        ]
        echo(table(cells, ("id", "size", "form", "family")))
    return 0
