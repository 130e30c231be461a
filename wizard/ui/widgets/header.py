"""The line at the top: machine, free memory, model, preset."""

from __future__ import annotations

from wizard.domain.units import gib, gib_number
from wizard.knowledge.axolotl.versions import of_plan
from wizard.session.state import State


def title(state: State, *, waiting: bool, width: int) -> str:
    """`memwizard  RTX 4090 · 22.9 of 24.0 GiB free · Qwen3-8B · Axolotl 0.21 · preset qlora-24gb, changed`."""
    machine = state.machine
    where = machine.title if machine.gpus else "looking for GPUs" if waiting else "no GPU known"
    free = f"{gib_number(machine.free_bytes)} of {gib(machine.total_bytes)} free" if machine.gpus else ""
    model = str(state.plan.get("base_model", "no model"))
    version = f"Axolotl {of_plan(state.plan)}"
    begun = state.file if state.file is not None else f"preset {state.preset}" if state.preset else ""
    begun += ", changed" if begun and state.plan != state.origin else ""
    told = " · ".join(part for part in (where, free, model, version, begun) if part)
    if len(told) > width:  # what the file is for stands in its first line
        told = " · ".join(part for part in (where, free, model, begun) if part)
    return f"memwizard  {told}" if len(told) + 11 <= width else told
