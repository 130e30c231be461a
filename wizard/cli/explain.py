"""`memwizard explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from wizard.cli import completing
from wizard.cli.common import json_option, print_json
from wizard.cli.echo import echo
from wizard.cli.version_option import axolotl_option

if TYPE_CHECKING:
    from wizard.domain.version import Version


@click.command()
@click.argument("words", metavar="CODE|KEY|WORD", nargs=-1, required=True, shell_complete=completing.explained)
@axolotl_option
@json_option
def command(words: tuple[str, ...], axolotl: Version, as_json: bool) -> int:
    """Tell a rule, a key of a config or a word in full.

    Of a rule what it checks, why it matters, examples, its fix, its source; of a key what it takes, what Axolotl does
    without it, what it costs, and which rules speak of it.

    \b
    Examples:
      memwizard explain MW102
      memwizard explain padding-off
      memwizard explain sequence_len
      memwizard explain gradient checkpointing
    """
    from wizard.session.explained import explained

    word = " ".join(words)
    found = explained(word, axolotl)
    if as_json:
        from wizard.output.json.explain import explain_out
        from wizard.output.json.meaning import meaning_out

        print_json(explain_out(found.rule) if found.rule else meaning_out(word, found, axolotl))
        return 0
    from wizard.output.text.meaning import meaning_text

    echo(meaning_text(found, axolotl))
    asked = click.get_current_context().get_parameter_source("axolotl") is ParameterSource.COMMANDLINE
    if found.rule is not None and asked and not found.rule.holds(axolotl):
        echo(f"memwizard: Axolotl {axolotl} knows nothing of it: the rule is {found.rule.versions}", err=True)
    return 0
