"""`memwizard rules`."""

from __future__ import annotations

import click

from wizard.cli.common import json_option, print_json, table
from wizard.cli.echo import echo


@click.command()
@json_option
def command(as_json: bool) -> int:
    """List the rules; `memwizard explain CODE` tells one in full."""
    from wizard.rules.catalogue import every_rule

    if as_json:
        from wizard.output.json.rules import rule_out

        print_json(*map(rule_out, every_rule()))
    else:
        rows = [(rule.code, rule.severity, rule.fix, rule.name, rule.summary) for rule in every_rule()]
        echo(table(rows, ("code", "severity", "fix", "name", "what")))
    return 0
