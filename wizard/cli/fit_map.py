"""`memwizard fit --map`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.cli.common import chosen_machine, print_json, table
from wizard.cli.echo import echo
from wizard.cli.fit_options import ALL, START, Asked, subject
from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.domain.machine import Machine
    from wizard.domain.model import Model
    from wizard.domain.plan import Plan
    from wizard.fit.map import Cell


def show(asked: Asked) -> int:
    """Print the map: JSON a line a cell, CSV, or a table."""
    from wizard.fit.map import survey
    from wizard.output.text.fit_map import map_csv

    plan, models = _models(asked)
    machines = _machines(asked)
    methods = asked.methods or (ALL if len(models) == 1 else ("qlora",))
    cells = survey(plan, models, machines, methods, _lengths(asked))
    if asked.as_json:
        from wizard.output.json.map import cell_out

        print_json(*map(cell_out, cells))
    elif asked.as_csv:
        echo(map_csv(cells), nl=False)
    else:
        echo(_text(asked, cells, models, machines))
    return 0


def _text(asked: Asked, cells: list[Cell], models: list[Model], machines: list[Machine]) -> str:
    from wizard.output.text.fit_map import legend, map_table, prices_text

    model = models[0].id if len(models) == 1 else "The models of the catalogue"
    where = f"rows of {_lengths(asked)[0]:,} tokens" if asked.against == "gpus" else machines[0].title
    rows, heads = map_table(cells, by_gpu=asked.against == "gpus", by_method=len(models) == 1)
    return f"{model}, {where}\n\n{table(rows, heads)}\n\n{prices_text(machines)}\n\n{legend(cells)}"


def _models(asked: Asked) -> tuple[Plan, list[Model]]:
    """The plan that every cell is made from, and the models of the rows."""
    from wizard.knowledge.models.catalogue import built, catalogue
    from wizard.world.presets import preset

    if asked.file is not None or asked.model is not None:
        plan, model = subject(asked, None)
        return plan, [model]
    words = asked.only.lower().split()
    rows = [row for row in catalogue().values() if all(word in f"{row.id} {row.family}".lower() for word in words)]
    if not rows:
        raise InputError(f"no model of the catalogue has '{asked.only}' in its id; `memwizard models` lists them")
    return preset(START).plan.for_axolotl(asked.axolotl), [
        built(row.id) for row in sorted(rows, key=lambda row: row.parameters)
    ]


def _machines(asked: Asked) -> list[Machine]:
    from wizard.knowledge.gpus import named_machine
    from wizard.knowledge.preference import map_gpus

    if asked.against == "gpus":
        return [named_machine(name) for name in (asked.gpu or ",".join(map_gpus())).split(",")]
    machine = chosen_machine(asked.gpu, asked.demo)
    if machine is None or machine.free_bytes is None:
        raise InputError("no GPU is known here: name one with --gpu, or take the GPUs as columns with --against gpus")
    return [machine]


def _lengths(asked: Asked) -> list[int]:
    from wizard.knowledge.preference import batch, map_lengths

    if asked.against == "gpus":
        return [asked.length or batch().usual]
    return [asked.length] if asked.length else list(map_lengths())
