"""`memwizard explain`."""

from __future__ import annotations

import click

from wizard.cli.common import json_option, print_json
from wizard.cli.echo import echo
from wizard.cli.naming import named


@click.command()
@click.argument("code", metavar="CODE")
@json_option
def command(code: str, as_json: bool) -> int:
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
    return 0
