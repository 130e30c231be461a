"""`memwizard rules`."""

from __future__ import annotations

import click

from wizard.cli.common import json_option, print_json, table


@click.command()
@json_option
def command(as_json: bool) -> int:
    """List the rules; `memwizard explain CODE` tells one in full."""
    from wizard.rules.catalogue import every_rule

    if as_json:
        print_json(
            {
                "code": rule.code,
                "name": rule.name,
                "severity": rule.severity,
                "status": rule.status,
                "since": rule.since,
                "fix": rule.fix,
                "source": rule.source,
            }
            for rule in every_rule()
        )
    else:
        rows = [(rule.code, rule.severity, rule.fix, rule.name, rule.summary) for rule in every_rule()]
        click.echo(table(rows, ("code", "severity", "fix", "name", "what")))
    return 0
