"""`memwizard config`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wizard.cli.common import json_option, print_json, shown, table
from wizard.cli.echo import echo

if TYPE_CHECKING:
    from wizard.world.preferences import Preferences

_UNSET = {
    "theme": "(what suits the terminal)",
    "gpu": "(this machine's)",
    "ascii": "(what suits the terminal)",
    "axolotl": "(the one installed here)",
}


@click.group(invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> int | None:
    """Show your settings and where each comes from. `memwizard config` alone is `memwizard config show`.

    \b
    Examples:
      memwizard config
      memwizard config show --json
      MEMWIZARD_THEME=light memwizard config
    """
    if context.invoked_subcommand is not None:
        return None
    code: int = context.invoke(show)
    return code


@command.command()
@json_option
def show(as_json: bool) -> int:
    """Show each setting with its value and where it comes from.

    \b
    A variable comes before a line of your file, which comes before the default:
      MEMWIZARD_THEME    theme = "light"      dark, light, contrast, ansi-dark, ansi-light
      MEMWIZARD_GPU      gpu = "rtx-4090"     as --gpu takes it
      MEMWIZARD_PRESETS  presets = "~/mine"   the folder of your own presets
      MEMWIZARD_HUB      hub = true           models may be looked up on the hub, as with --hub
      MEMWIZARD_ASCII    ascii = true         nothing but ASCII on the screen
      MEMWIZARD_AXOLOTL  axolotl = "0.21"     the version that configs are for, or newest
    MEMWIZARD_CONFIG names another file.
    """
    from wizard.world.preferences import preferences

    found = preferences()
    if as_json:
        from wizard.output.json.config import setting_out

        for name, one in found.rows().items():
            value = shown(str(one.value)) if isinstance(one.value, Path) else one.value
            print_json(setting_out(name, value, shown(one.source)))
    else:
        echo(_text(found))
    return 0


def _text(found: Preferences) -> str:
    from wizard.domain.text import plain

    rows = [
        (name, plain(shown(_word(name, one.value))), plain(shown(one.source))) for name, one in found.rows().items()
    ]
    file = plain(shown(str(found.file)))
    there = "" if os.path.exists(found.file) else " (there is none yet)"
    return f'{table(rows, ("name", "value", "source"))}\n\nYour file: {file}{there}; a line of it: theme = "light"'


def _word(name: str, value: object) -> str:
    """A value as the file would have it; for one that is not set, what decides."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None and name == "presets":
        from wizard.world.places import presets_folder

        return str(presets_folder())
    return _UNSET[name] if value is None else str(value)
