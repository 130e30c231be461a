"""Single changes of a plan that save memory, each priced by a second estimate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wizard.axolotl import batch, checkpointing, early, fsdp, losses, plugins
from wizard.axolotl.architectures import RunsOn, attention_failure
from wizard.axolotl.effective import Effective
from wizard.axolotl.losses import cut_loss_package
from wizard.domain.estimate import Estimate
from wizard.domain.finding import Safety
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.units import MIB
from wizard.fit.division import division_changes, division_of, divisions, long_enough
from wizard.fit.field_changes import loss_changes, micro_changes
from wizard.fit.search import host_bytes, host_room
from wizard.knowledge.axolotl.settings import loss_plugins
from wizard.knowledge.optimizers import optimizer
from wizard.memory import estimate
from wizard.rules.registry import Change

_WORTH = 64 * MIB
_LONGER = "some speed (a step takes about a third longer)"


@dataclass(frozen=True, slots=True)
class _Idea:
    """A change not yet priced."""

    changes: dict[str, object]
    says: str
    safety: Safety
    gives_up: str


def ladder(plan: Plan, model: Model, machine: Machine | None, settings: Effective, now: Estimate) -> tuple[Change, ...]:
    """The changes that save at least 64 MiB: safe ones by what they save, several of them where only together they
    make it fit, then other divisions of the work, then the rest by what they save.
    """
    found, place = [], RunsOn(model, plan.axolotl, machine)
    for idea in _ideas(plan, settings, machine):
        if "attn_implementation" in idea.changes and attention_failure(plan.changed(idea.changes), place):
            continue
        changes = {key: value for key, value in idea.changes.items() if value is not REMOVE or key in plan}
        then = estimate(plan.changed(changes), model, machine)
        saves = now.device.likely - then.device.likely
        if saves >= _WORTH:
            found.append(Change(changes, idea.says, idea.safety, saves, then, idea.gives_up))
    safe = sorted((change for change in found if change.safety == "safe"), key=_saved)
    rest = [change for change in found if change.safety != "safe"]
    parts = redivided(plan, model, machine, now) if machine is not None and machine.count > 1 else []
    both = _together(safe, plan, model, machine, now) if machine is not None else []
    return (*safe, *both, *parts, *sorted(rest, key=_saved))


def _saved(change: Change) -> int:
    return -change.saves_bytes


def _together(safe: list[Change], plan: Plan, model: Model, machine: Machine, now: Estimate) -> list[Change]:
    """The fewest of the safe changes, those that save most, that make it fit where none of them does alone."""
    free = machine.free_bytes
    if free is None or any(then.fit(free) == "fits" for then in (now, *(one.estimate for one in safe))):
        return []
    changes: dict[str, object] = {}
    for count, one in enumerate(safe, 1):
        changes |= one.changes
        if count < 2:
            continue
        then = estimate(plan.changed(changes), model, machine)
        if then.fit(free) == "fits":
            gone = [each.gives_up for each in safe[:count] if each.gives_up != "nothing"]
            gives_up = ", ".join(dict.fromkeys(gone)) or "nothing"
            saves = now.device.likely - then.device.likely
            says = " + ".join(each.says for each in safe[:count])
            return [Change(changes, says, "safe", saves, then, gives_up)]
    return []


def redivided(plan: Plan, model: Model, machine: Machine, now: Estimate) -> list[Change]:
    """Other divisions of the work that save memory, of which the same is trained: the one that gives up least first,
    and after it only what needs less still.

    None for a division that is not known here, and none that needs more host memory than there is.
    """
    at, length, room = division_of(plan), batch.sequence_len(plan), host_room(machine)
    every = divisions(plan, model, machine.count, flash=bool(machine.flash_attention_2))
    others = (one for one in every if one.name != at and long_enough(one, length))
    found, least = list[Change](), now.device.likely - _WORTH + 1
    for cost in sorted(others, key=lambda one: (one.away, one.time, one.order, one.context)) if at is not None else ():
        changes = division_changes(cost, plan, model)
        then = estimate(plan.changed(changes), model, machine)
        if then.device.likely >= least or host_bytes(then) > room:
            continue
        least, saves = then.device.likely, now.device.likely - then.device.likely
        found.append(Change(changes, cost.title, "unsafe", saves, then, cost.gives_up, divides=True))
    return found


def _ideas(plan: Plan, now: Effective, machine: Machine | None) -> Iterator[_Idea]:
    yield from _same_training(plan, now, machine)
    yield from _other_training(plan, now)


def _same_training(plan: Plan, now: Effective, machine: Machine | None) -> Iterator[_Idea]:
    """Changes after which the same is trained, more slowly at most."""
    if now.micro_batch > 1:
        batch_rows = now.accumulation * now.micro_batch
        less = next(rows for rows in range(now.micro_batch // 2, 0, -1) if batch_rows % rows == 0)
        steps = batch_rows // less
        longer = "twice the accumulation" if steps == 2 * now.accumulation else f"{steps} steps of accumulation"
        changes = {**micro_changes(plan, less), "gradient_accumulation_steps": steps}
        yield _Idea(changes, f"micro batch {now.micro_batch} → {less}, {longer}", "safe", "a little speed")
    if now.checkpointing == "none" and not now.sharding.fsdp:
        yield _Idea({"gradient_checkpointing": True}, "gradient checkpointing", "safe", _LONGER)
    if now.checkpointing == "none" and fsdp.has_block(plan):
        changes = {"fsdp_config": fsdp.with_value(plan, "activation_checkpointing", True)}
        yield _Idea(changes, "FSDP's activation checkpointing", "safe", _LONGER)
    if now.leaves_gradients_whole:
        yield _Idea(batch.synced_each(plan), "gradients divided after each micro batch", "safe", "a little speed")
    if now.loss == "plain" and now.rl is None:
        plugin = loss_plugins()["liger_fused_linear_cross_entropy"]
        listed = [*plugins.plugins(plan), plugin]
        changes = {"plugins": listed, "liger_fused_linear_cross_entropy": True}
        if not losses.chunked_cross_entropy(plan):
            yield _Idea(changes, "Liger's fused loss", "safe", "nothing")
    if now.loss in ("plain", "liger") and now.rl is None and not now.scores and not now.weights_fp32:
        yield from _cut_loss(plan)
    if now.attention in ("eager", "sdpa") and machine and machine.flash_attention_2:
        yield _Idea({"attn_implementation": "flash_attention_2"}, "flash attention 2", "safe", "nothing")
    alone = checkpointing.gradient_checkpointing(plan)  # FSDP's own has no offloading
    if alone and now.checkpointing != "none" and not now.offload_activations and now.rl is None:
        yield _Idea({"activation_offloading": True}, "activations offloaded to host memory", "safe", "some speed")


def _cut_loss(plan: Plan) -> Iterator[_Idea]:
    """Cut cross entropy. Not safe, since a run stops where it is not installed; it wants bf16 or fp16 written out."""
    if losses.chunked_cross_entropy(plan):
        return
    changes = {key: value for key, value in loss_changes(plan, "cut").items() if value is not REMOVE or key in plan}
    if not early.is_set(plan, "bf16") and not early.is_set(plan, "fp16"):
        changes["bf16"] = "auto"
    needs = f"nothing that is learned; first: pip install '{cut_loss_package(plan)}'"
    yield _Idea(changes, "cut cross entropy", "unsafe", needs)


def _other_training(plan: Plan, now: Effective) -> Iterator[_Idea]:
    """Changes after which something else, or less, is trained."""
    if optimizer(now.optimizer).state_bytes not in (0.5, 1) and now.sharding.kind == "none":
        yield _Idea({"optimizer": "adamw_bnb_8bit"}, "8-bit AdamW", "unsafe", "optimizer states rounded to 8 bits")
    lora: dict[str, object] = {
        "lora_r": 16,
        "lora_alpha": 32,
        "lora_dropout": 0.0,
        "lora_target_linear": True,
    }
    if now.adapter is None:
        yield _Idea(
            {"adapter": "lora", **lora},
            "LoRA instead of a full fine-tune",
            "unsafe",
            "only an adapter is trained",
        )
    if now.quantization != "nf4" and not now.weights_fp32:
        changes: dict[str, object] = {"adapter": "qlora", "load_in_4bit": True, "load_in_8bit": REMOVE}
        changes |= lora if now.adapter is None else {}
        yield _Idea(changes, "QLoRA: the base in 4 bits", "unsafe", "base weights rounded, somewhat slower")
    if now.answer > 128:
        half = now.answer // 2
        changes = {"trl": {**batch.trl(plan), "max_completion_length": half}}
        yield _Idea(changes, f"answers of {now.answer} → {half} tokens", "unsafe", "longer answers are cut")
    elif now.sequence_len > 512:
        half = now.sequence_len // 2
        yield _Idea({"sequence_len": half}, f"length {now.sequence_len} → {half}", "unsafe", "longer rows are dropped")
    if now.lora is not None and now.lora.rank > 8:
        yield _Idea(
            {"lora_r": now.lora.rank // 2},
            f"rank {now.lora.rank} → {now.lora.rank // 2}",
            "unsafe",
            "a smaller adapter",
        )
    if now.evaluates:
        yield _Idea(
            {"val_set_size": 0, "test_datasets": REMOVE, "eval_steps": REMOVE, "evals_per_epoch": REMOVE},
            "no evaluation",
            "unsafe",
            "the evaluation curve",
        )
