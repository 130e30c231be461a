"""`memwizard presets`."""

from __future__ import annotations

import click

from wizard.cli.common import json_option, print_json, table
from wizard.cli.echo import echo


@click.command()
@json_option
def command(as_json: bool) -> int:
    """List the presets: runnable configs to start from, those of your own folder first."""
    from wizard.world.presets import own_folder, presets

    found = presets()
    if as_json:
        from wizard.output.json.presets import preset_out

        print_json(*map(preset_out, found))
    else:
        rows = [(one.name, one.gpu or "-", one.model or "-", one.title) for one in found]
        echo(table(rows, ("name", "least GPU", "model", "what")))
        echo(f"\nYour own: put Axolotl YAML files into {own_folder()}")
    return 0
