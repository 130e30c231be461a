"""`memwizard fit` without a config and a model: what to train on this machine."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from wizard.cli.common import chosen_machine, machine_options, print_json
from wizard.cli.echo import echo
from wizard.cli.fit_options import Asked, begin

if TYPE_CHECKING:
    from wizard.fit.recommend import Suggestion


def show(asked: Asked) -> int:
    """Print the models that suit, then what else of the catalogue fits, or write a config for the first."""
    from wizard.cli.suggest import suggestions, tell
    from wizard.fit.recommend import others
    from wizard.output.text.recommend import recommended_text
    from wizard.review import acceptance

    machine = chosen_machine(asked.gpu, asked.demo)
    start = begin(asked)
    found = suggestions(machine, start)
    assert machine is not None
    tell(start.says)
    if asked.output is not None:
        return _write(asked, found)
    rest = others(start.plan, machine, start.wish, acceptance)
    if asked.as_json:
        from wizard.output.json.recommend import suggestion_out

        print_json(*(suggestion_out(one, machine, start.wish) for one in (*found, *rest)))
    else:
        echo(recommended_text(machine, start.wish, found, tuple(rest)))
        _next(asked, found)
    return int(not found)


def _write(asked: Asked, found: tuple[Suggestion, ...]) -> int:
    """The config of the first, whose reason is told."""
    from wizard.cli.fit_writing import new_config, next_steps
    from wizard.cli.suggest import paced, tell
    from wizard.cli.writing import write

    assert asked.output is not None
    if not found:
        echo("memwizard: nothing fits; nothing written", err=True)
        return 1
    one = found[0]
    machine = chosen_machine(asked.gpu, asked.demo)
    plan, slower = paced(one.plan, asked.data, machine)
    write({asked.output: new_config(plan, one.model, machine)}, asked.overwrite)
    tell(f"took {one.id}: {one.row.why if one.row else ''} With {one.found.choice.says}.")
    tell(slower)
    next_steps(asked.output)
    return 0


def _next(asked: Asked, found: tuple[Suggestion, ...]) -> None:
    """The commands that come next, on stderr."""
    if not found:
        return
    from wizard.output.text.recast import typed

    gpu = machine_options(asked.gpu, asked.demo)
    data = f" --data {typed(asked.data)}" if asked.data else ""
    data += f" --form {asked.form}" if asked.form else ""
    length = f" --length {asked.length}" if asked.length else ""
    one = found[0]
    call = f"memwizard generate --model {shlex.quote(one.id)} --method {one.method}{gpu}{data}{length} -o my.yml"
    more = f"memwizard fit --map{gpu}"
    echo(f"next:\n  {call}\n  {more}     (every model, against lengths)", err=True)
