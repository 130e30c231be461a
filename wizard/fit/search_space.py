"""What a search may set: each knob with its settings, from the least compromise to the most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import prod

from wizard.axolotl import attention, deepspeed, early, fsdp, losses, mesh
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE, Plan
from wizard.fit.division import DIVIDED_BY, divisions, optimizer_of, sharding_fields
from wizard.fit.field_changes import CHECKPOINTING, loss_changes, micro_changes
from wizard.fit.method import METHODS, method_changes, method_of
from wizard.knowledge.preference import Cost, costs

UNSEARCHED = ("fsdp2_kept", "zero3_params")
"""Divisions that a person may choose and no search proposes: a neighbour in the list is better or needs less."""
OWN = "own"
"""What is none of those known here: it stays as it is."""
_CUT = Cost("cut", "cut cross entropy", "nothing that is learned", 0)


@cache
def settings(knob: str) -> dict[str, Cost]:
    """The settings of a knob by name, the least compromise first."""
    return {cost.name: cost for cost in costs(knob)}


@dataclass(frozen=True, slots=True)
class Combination:
    """A setting of each knob, and the batch. Lengths in tokens, `micro` in rows on a GPU."""

    method: Cost
    sharding: Cost
    optimizer: Cost
    checkpointing: Cost
    loss: Cost
    micro: int
    accumulation: int
    length: int

    @property
    def settings(self) -> tuple[Cost, ...]:
        """All that has a name."""
        return self.method, self.sharding, self.optimizer, self.checkpointing, self.loss

    @property
    def says(self) -> str:
        """In words."""
        named = [one.title for one in self.settings if one.name not in ("ddp", "plain", OWN)]
        batch = f"micro batch {self.micro}, accumulation {self.accumulation}, rows of {self.length:,} tokens"
        return ", ".join([*named, batch])

    @property
    def gives_up(self) -> tuple[str, ...]:
        """What is given up, a sentence each; all the time that it takes in one."""
        given = tuple(one.gives_up for one in self.settings if not one.gives_up.startswith("nothing"))
        times = [one.time for one in self.settings if one.longer]
        return (*given, f"some speed (a step takes about {prod(times):.1f} times as long)") if times else given


def allowed_settings(
    plan: Plan, model: Model, gpus: int, methods: tuple[str, ...], *, flash: bool = False
) -> dict[str, tuple[Cost, ...]]:
    """Each knob's settings that this plan can have. `flash`: FlashAttention-2 runs on these GPUs."""
    found = {knob: tuple(settings(knob).values()) for knob in ("sharding", "optimizer", "checkpointing")}
    found["method"] = tuple(one for name, one in settings("method").items() if name in methods)
    if methods == (OWN,):
        found["method"] = (Cost(OWN, f"adapter {plan.get('adapter')}", "nothing", 0),)
    own = str(plan.get("optimizer") or "adamw_torch_fused")
    if own not in settings("optimizer"):  # the person's own choice stays
        found["optimizer"] = (Cost(own, own, "nothing", 0),)
    if own_sharding(plan):
        found["sharding"] = (Cost(OWN, "the sharding as it is", "nothing", 0),)
        found["checkpointing"] = (Cost(OWN, "the checkpointing as it is", "nothing", 0),)
    elif gpus == 1:
        found["sharding"] = (settings("sharding")["ddp"],)
    else:
        every = divisions(plan, model, gpus, flash=flash)
        found["sharding"] = tuple(one for one in every if one.name not in UNSEARCHED)
    found["linear_loss"] = _losses(plan, model)
    if plan.get("rl") is not None:
        found["checkpointing"] = tuple(one for one in found["checkpointing"] if one.name != "offloaded")
    return found


def _losses(plan: Plan, model: Model) -> tuple[Cost, ...]:
    """Liger's fused loss where it reaches the model; else the cut one where the plan has it already.

    The cut one alone for models that train with no other.
    """
    plain, liger = settings("linear_loss")["plain"], settings("linear_loss")["liger"]
    if plan.get("rl") is not None:
        return (plain,)
    if losses.needs_cut(plan, model):
        return (_CUT,)
    if losses.reaches("liger", model):
        return plain, liger
    return (_CUT,) if losses.loss(plan, model, []) == "cut" else (plain,)


def own_sharding(plan: Plan) -> bool:
    """Whether a plan divides the model in a way that the search does not know: it stays, and checkpointing with it."""
    if mesh.divides(plan):
        return True
    if deepspeed.deepspeed(plan):
        return not deepspeed.is_shipped(plan)
    return fsdp.shards(plan) and fsdp.fsdp_version(plan) != 2


def cheaper_methods(plan: Plan) -> tuple[str, ...]:
    """The plan's own method, and those that need less."""
    own = method_of(plan)
    return METHODS[METHODS.index(own) :] if own is not None else (OWN,)


def fields(choice: Combination, plan: Plan, model: Model) -> dict[str, object]:
    """The fields of a choice, against a plan."""
    changes: dict[str, object] = {}
    for part in _fields(choice, plan, model):
        changes |= part
    return {name: value for name, value in changes.items() if not _same(plan, name, value)}


def _same(plan: Plan, name: str, value: object) -> bool:
    return name not in plan if value is REMOVE else name in plan and plan.values[name] == value


def _fields(choice: Combination, plan: Plan, model: Model) -> Iterator[Mapping[str, object]]:
    after = plan
    if choice.method.name not in (OWN, method_of(plan)):
        method = method_changes(choice.method.name, plan, model)
        after = plan.changed(method)
        yield method
    yield {"optimizer": optimizer_of(choice.optimizer.name, choice.sharding.name)}
    if choice.loss.name != "plain" or not early.is_set(plan, "chunked_cross_entropy"):
        yield loss_changes(plan, choice.loss.name)
    yield {"sequence_len": choice.length, "gradient_accumulation_steps": choice.accumulation}
    yield micro_changes(plan, choice.micro)
    if choice.sharding.name == OWN:
        return
    yield CHECKPOINTING[choice.checkpointing.name]
    yield sharding_fields(choice.sharding.name, after, model, checkpoints=choice.checkpointing.name != "off")
    if choice.sharding.context > 1:
        yield {"context_parallel_size": choice.sharding.context}
        if attention.implementation(plan) != DIVIDED_BY:
            yield {"attn_implementation": DIVIDED_BY}
