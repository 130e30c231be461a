"""What a search may set: each knob with its settings, from the least compromise to the most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from wizard.axolotl import attention, deepspeed, early, fsdp, mesh
from wizard.axolotl.loading import hands_out
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE, Plan
from wizard.fit.field_changes import CHECKPOINTING, loss_changes, micro_changes
from wizard.fit.method import METHODS, method_changes, method_of
from wizard.knowledge.preference import Cost, batch, costs

_DIVIDED_BY = "flash_attention_2"
"""What rings and packed rows need."""
OWN = "own"
"""What is none of those known here: it stays as it is."""


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
        """What is given up, a sentence each."""
        return tuple(one.gives_up for one in self.settings if not one.gives_up.startswith("nothing"))


def allowed_settings(
    plan: Plan, model: Model, gpus: int, methods: tuple[str, ...], *, flash: bool = False
) -> dict[str, tuple[Cost, ...]]:
    """Each knob's settings that this plan can have. `flash`: FlashAttention-2 runs on these GPUs."""
    found = {knob: tuple(settings(knob).values()) for knob in ("sharding", "optimizer", "checkpointing", "linear_loss")}
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
        found["sharding"] = tuple(_shardings(plan, model, gpus, flash=flash))
    if plan.get("rl") is not None:
        found["linear_loss"] = (settings("linear_loss")["plain"],)
        found["checkpointing"] = tuple(one for one in found["checkpointing"] if one.name != "offloaded")
    return found


def _shardings(plan: Plan, model: Model, gpus: int, *, flash: bool) -> Iterator[Cost]:
    """Those of several GPUs. FSDP2 has to be told which layers to wrap; rows are divided where attention can do it, or
    where none is written and one that can may be set.
    """
    named = attention.implementation(plan)
    divides = plan.get("rl") is None and (named == _DIVIDED_BY or (named is None and flash))
    divides = divides and all(block.mixer == "attention" for block in model.blocks)
    for one in settings("sharding").values():
        if one.name.startswith("fsdp2") and model.layer_class is None:
            continue
        if one.name != "fsdp2_context":
            yield one
        elif divides:
            yield from (divided(one, size) for size in (2, 4, 8, 16) if gpus % size == 0)


def divided(cost: Cost, size: int) -> Cost:
    """The setting with each row over so many GPUs."""
    return replace(cost, name=f"{cost.name}{size}", title=cost.title.format(size), context=size)


def long_enough(cost: Cost, length: int) -> bool:
    """Whether a row is worth dividing so: a GPU's part is no shorter than the usual row."""
    return cost.context == 1 or length >= cost.context * batch().usual


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
    yield {"optimizer": choice.optimizer.name}
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
        if attention.implementation(plan) != _DIVIDED_BY:
            yield {"attn_implementation": _DIVIDED_BY}


_DEEPSPEED = {
    "zero1": "zero1.json",
    "zero2": "zero2.json",
    "zero3": "zero3_bf16.json",
    "zero3_offload": "zero3_bf16_cpuoffload_all.json",
}


def sharding_fields(name: str, plan: Plan, model: Model, *, checkpoints: bool) -> dict[str, object]:
    """The fields of DDP, DeepSpeed or FSDP2 for a plan; FSDP2 checkpoints by a field of its own, and one process reads
    the model for all where it can.
    """
    none = dict.fromkeys(("deepspeed", "fsdp", "fsdp_version", "fsdp_config"), REMOVE)
    if name in _DEEPSPEED:
        return {**none, "deepspeed": f"deepspeed_configs/{_DEEPSPEED[name]}"}
    if not name.startswith("fsdp2"):
        return dict(none)
    block: dict[str, object] = {"offload_params": False, "auto_wrap_policy": "TRANSFORMER_BASED_WRAP"}
    block |= {"transformer_layer_cls_to_wrap": model.layer_class, "state_dict_type": "FULL_STATE_DICT"}
    block |= {"reshard_after_forward": True, "activation_checkpointing": checkpoints}
    if hands_out(plan):
        block["cpu_ram_efficient_loading"] = True
    own = dict.fromkeys(("gradient_checkpointing", "gradient_checkpointing_kwargs", "activation_offloading"), REMOVE)
    return {**none, **own, "fsdp_version": 2, "fsdp_config": block}
