"""Single changes of a plan that take memory and give something back: speed, exactness, longer rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from wizard.axolotl.effective import Effective
from wizard.domain.estimate import Estimate
from wizard.domain.finding import Safety
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.fit.field_changes import CHECKPOINTING, micro_changes
from wizard.fit.method import method_changes, method_of
from wizard.memory import estimate
from wizard.rules.registry import Change


def gains(
    plan: Plan,
    model: Model,
    machine: Machine | None,
    settings: Effective,
    now: Estimate,
    allowed: Callable[[Plan], bool] = lambda plan: True,
) -> tuple[Change, ...]:
    """The changes whose price is memory, the cheapest first.

    `saves_bytes` is below zero, and `gives_up` says what is gained. Changes that cost nothing are left out; so are
    those that `allowed` does not take.
    """
    found = []
    for says, gained, safety, changes in _ideas(plan, model, settings):
        other = plan.changed(changes)
        then = estimate(other, model, machine)
        saves = now.device.likely - then.device.likely
        if saves < 0 and allowed(other):
            found.append(Change(changes, says, safety, saves, then, gained))
    return tuple(sorted(found, key=lambda change: -change.saves_bytes))


_Idea = tuple[str, str, Safety, dict[str, object]]


def _ideas(plan: Plan, model: Model, now: Effective) -> Iterator[_Idea]:
    micro, length = now.micro_batch, now.sequence_len
    if now.accumulation % 2 == 0:
        changes = {**micro_changes(plan, micro * 2), "gradient_accumulation_steps": now.accumulation // 2}
        yield f"micro batch {micro} → {micro * 2}, half the accumulation", "somewhat faster", "safe", changes
    if now.checkpointing != "none" and not now.sharding.fsdp:
        yield "no gradient checkpointing", "about a third faster", "safe", CHECKPOINTING["off"]
    if model.max_length is None or length * 2 <= model.max_length:
        yield f"length {length} → {length * 2}", "longer rows are kept", "unsafe", {"sequence_len": length * 2}
    method = method_of(plan)
    if method in ("qlora", "lora8"):
        exact = "an exact base, about a third faster" if method == "qlora" else "an exact base"
        yield "LoRA: the base in 16 bits", exact, "unsafe", method_changes("lora", plan, model)
    if method not in (None, "full") and now.rl is None:
        yield "a full fine-tune", "every weight is trained", "unsafe", method_changes("full", plan, model)
    if "8bit" in now.optimizer:
        yield "exact AdamW", "exact optimizer states", "safe", {"optimizer": "adamw_torch_fused"}
    if now.lora is not None:
        rank = now.lora.rank
        yield f"rank {rank} → {rank * 2}", "an adapter twice as large", "unsafe", {"lora_r": rank * 2}
