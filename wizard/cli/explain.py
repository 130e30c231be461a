"""`memwizard explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from wizard.cli.common import json_option, print_json
from wizard.cli.echo import echo
from wizard.cli.naming import named
from wizard.cli.version_option import axolotl_option

if TYPE_CHECKING:
    from wizard.domain.version import Version


@click.command()
@click.argument("code", metavar="CODE")
@axolotl_option
@json_option
def command(code: str, axolotl: Version, as_json: bool) -> int:
    """Tell a rule in full: what it checks, why it matters, examples, its fix, its source.

    \b
    Examples:
      memwizard explain MW102
      memwizard explain padding-off
    """
    from wizard.rules.catalogue import load

    rule = load(named(code))
    if as_json:
        from wizard.output.json.explain import explain_out

        print_json(explain_out(rule))
    else:
        versions = f"; {rule.versions}" if rule.versions else ""
        echo(f"{rule.code} {rule.name} ({rule.severity}{versions})\n\n{rule.doc}")
        asked = click.get_current_context().get_parameter_source("axolotl") is ParameterSource.COMMANDLINE
        if asked and not rule.holds(axolotl):
            echo(f"memwizard: Axolotl {axolotl} knows nothing of it: the rule is {rule.versions}", err=True)
    return 0
