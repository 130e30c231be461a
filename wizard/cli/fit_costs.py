"""`memwizard fit --budget`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.cli.common import chosen_machine, print_json, table
from wizard.cli.echo import echo
from wizard.cli.fit_options import Asked, sought, subject
from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.domain.machine import Machine
    from wizard.domain.plan import Plan
    from wizard.fit.cost import Tokens

_SHOWN = 15


def show(asked: Asked, budget: float) -> int:
    """Print where it fits and what it costs there; the exit code: 1 where nothing is known to be within the budget."""
    from wizard.fit.cost import costs
    from wizard.review import acceptance

    if asked.file is None and asked.model is None:
        raise InputError("--budget needs a FILE or a --model: what it costs depends on what is trained")
    plan, model = subject(asked, None)
    machines = _machines(asked)
    want = sought(asked, plan, model, machines[0])
    found = costs(plan, model, machines, want, _tokens(asked, plan), acceptance)
    if asked.as_json:
        from wizard.output.json.cost import cost_out

        print_json(*(cost_out(one, budget) for one in found))
    elif not found:
        echo("It fits on none of these GPUs.")
    else:
        from wizard.output.text.costs import HEADS, cheapest_text, cost_row, rough

        known = any(one.least is not None for one in found)
        columns = len(HEADS) if known else HEADS.index("hours")
        echo(f"{cheapest_text(found, budget)}\n")
        echo(table([cost_row(one, budget)[:columns] for one in found[:_SHOWN]], HEADS[:columns]))
        if len(found) > _SHOWN:
            echo(f"{len(found) - _SHOWN} more; --json has all")
        if known:
            echo(f"\n{rough()}")
    return int(all(one.within(budget) is False or one.least is None for one in found))


def _machines(asked: Asked) -> list[Machine]:
    """The GPUs that are named; else every one with a price, as many as are offered together."""
    from wizard.knowledge.gpus import named_machine
    from wizard.knowledge.prices import offered

    if asked.gpu or asked.demo:
        chosen = chosen_machine(asked.gpu, asked.demo)
        assert chosen is not None
        return [chosen]
    return [named_machine(gpu if count == 1 else f"{count}x{gpu}") for gpu, count in offered()]


def _tokens(asked: Asked, plan: Plan) -> Tokens:
    """Tokens of a run by the rows of its data, which are read once."""
    from wizard.cli.datafiles import Looker
    from wizard.data.review import review_data
    from wizard.data.slots import run_tokens
    from wizard.world.configs import folder_of

    looker = Looker(plan, asked.model, folder_of(asked.file) if asked.file else None, 20_000, named=False, quiet=True)
    datasets, _ = looker.look()

    def tokens(of: Plan, machine: Machine) -> tuple[float, float] | None:
        found = run_tokens(review_data(of, datasets, machine, looker.counted_by, looker.exact))
        return (found.low, found.high) if found is not None else None

    return tokens
