"""`memwizard schema`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from wizard.cli.echo import send
from wizard.cli.version_option import axolotl_option

if TYPE_CHECKING:
    from wizard.domain.version import Version


@click.command()
@click.option("--closed", is_flag=True, help="Refuse unknown keys too, which Axolotl drops without a word.")
@axolotl_option
def command(closed: bool, axolotl: Version) -> int:
    """Print a JSON Schema (2020-12) of Axolotl's YAML, for editors and validators.

    \b
    Examples:
      memwizard schema > axolotl.schema.json
      memwizard schema --axolotl 0.20 --closed
    """
    from wizard.output.schema.document import schema

    send(json.dumps(schema(axolotl, closed=closed), indent=1, ensure_ascii=True))
    return 0
