"""The line at the top: machine, free memory, model, preset."""

from __future__ import annotations

from wizard.domain.units import gib, gib_number
from wizard.knowledge.axolotl.versions import of_plan
from wizard.session.state import State


def title(state: State, *, waiting: bool, width: int) -> str:
    """`memwizard  RTX 4090 · 22.9 of 24.0 GiB free · Qwen3-8B · Axolotl 0.21 · preset qlora-24gb, changed`.

    What finds no room goes in the order of how well it is known from elsewhere: the version stands in the first line of
    the file, the memory beside what is needed, and an owner seldom matters.
    """
    machine = state.machine
    where = machine.title if machine.gpus else "looking for GPUs" if waiting else "no GPU known"
    free = f"{gib_number(machine.free_bytes)} of {gib(machine.total_bytes)} free" if machine.gpus else ""
    less = f"{gib(machine.free_bytes)} free" if machine.gpus else ""
    model = str(state.plan.get("base_model", "no model"))
    version = f"Axolotl {of_plan(state.plan)}"
    begun = state.file if state.file is not None else f"preset {state.preset}" if state.preset else ""
    begun += ", changed" if begun and state.plan != state.origin else ""
    shown = (
        ("memwizard  " + where, free, model, version, begun),
        (where, free, model, version, begun),
        (where, free, model, begun),
        (where, less, model, begun),
        (where, model, begun),
        (where, model.rpartition("/")[2], begun),
    )
    lines = [" · ".join(filter(None, parts)) for parts in shown]
    return next((line for line in lines if len(line) <= width), lines[-1])
