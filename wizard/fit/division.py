"""How several GPUs share the work, each way as one choice of fields: DDP, ZeRO, FSDP2, offloaded, rows divided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from wizard.axolotl import adapters, attention, checkpointing, deepspeed, fsdp, mesh
from wizard.axolotl import batch as batches
from wizard.axolotl.loading import hands_out
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE, Plan
from wizard.fit.field_changes import CHECKPOINTING
from wizard.knowledge.preference import Cost, batch, costs

_FILES = {
    "zero1": "zero1.json",
    "zero2": "zero2.json",
    "zero3": "zero3_bf16.json",
    "zero3_params": "zero3_bf16_cpuoffload_params.json",
    "zero3_offload": "zero3_bf16_cpuoffload_all.json",
}
DIVIDED_BY = "flash_attention_2"
"""What rings and packed rows need."""
_SAME_FILES = {"zero1_torch_compile.json": "zero1", "zero2_torch_compile.json": "zero2", "zero3.json": "zero3"}
_OTHER_SIZES = ("tensor_parallel_size", "expert_parallel_size", "dp_shard_size", "dp_replicate_size")
_DIVIDED_OPTIMIZER = {"adamw_bnb_8bit": "adamw_torch_8bit"}
"""What FSDP2 takes in the place of an optimizer that it refuses."""
_NOT_DIVIDED = ("paged_adamw_8bit",)
"""Of bitsandbytes, which does not know FSDP2's divided tensors, and nothing that FSDP2 takes is of its kind (MW539)."""


_ROUNDED = ("adamw_bnb_8bit", "paged_adamw_8bit")
"""What an Adam of DeepSpeed's own, with states in fp32, takes the place of, so that 8 bits save nothing (MW980)."""


def takes(division: str, optimizer: str) -> bool:
    """Whether an optimizer, or one of its kind, is what steps in a division."""
    if division.startswith("fsdp2"):
        return optimizer not in _NOT_DIVIDED
    return not (optimizer in _ROUNDED and _steps_on_cpu(division))


@cache
def _steps_on_cpu(division: str) -> bool:
    named = _FILES.get(division)
    return named is not None and deepspeed.steps_on_cpu(Plan({"deepspeed": f"deepspeed_configs/{named}"}))


def optimizer_of(name: str, division: str) -> str:
    """The optimizer, or the one of its kind that this division takes."""
    return _DIVIDED_OPTIMIZER.get(name, name) if division.startswith("fsdp2") else name


def divisions(plan: Plan, model: Model, gpus: int, *, flash: bool = False) -> Iterator[Cost]:
    """Those of several GPUs. FSDP2 has to be told which layers to wrap; rows are divided where attention can do it, or
    where none is written and one that can may be set (`flash`).
    """
    for one in costs("sharding"):
        if one.name.startswith("fsdp2") and model.layer_class is None:
            continue
        if not one.name.endswith("_context"):
            yield one
        elif divides_rows(plan, model, flash=flash):
            yield from (divided(one, size) for size in (2, 4, 8, 16) if gpus % size == 0)


def divides_rows(plan: Plan, model: Model, *, flash: bool = False) -> bool:
    """Whether a row can be divided over GPUs: not in preference training, and where attention alone mixes tokens.

    `flash`: FlashAttention-2 runs on them, so that it may be set where no attention is written.
    """
    named = attention.implementation(plan)
    divides = plan.get("rl") is None and (named == DIVIDED_BY or (named is None and flash))
    return divides and all(block.mixer == "attention" for block in model.blocks)


def divided(cost: Cost, size: int) -> Cost:
    """The setting with each row over so many GPUs."""
    return replace(cost, name=f"{cost.name}{size}", title=cost.title.format(size), context=size)


def long_enough(cost: Cost, length: int) -> bool:
    """Whether a row is worth dividing so: a GPU's part is no shorter than the usual row."""
    return cost.context == 1 or length >= cost.context * batch().usual


def division_of(plan: Plan) -> str | None:
    """The name of a plan's division as in preference.toml, None for one that is not among them."""
    if any(mesh.size(plan, key) > 1 for key in _OTHER_SIZES):
        return None
    rows = mesh.context_parallel_size(plan)
    if deepspeed.deepspeed(plan):
        named = deepspeed.file_name(plan) or ""
        known = {file: name for name, file in _FILES.items()} | _SAME_FILES
        return known.get(named) if rows <= 1 else None
    if not fsdp.shards(plan):
        return "ddp" if rows <= 1 else None
    if fsdp.fsdp_version(plan) != 2:
        return None
    away, block = fsdp.setting(plan, "offload_params"), fsdp.fsdp_config(plan)
    if rows > 1:
        return f"fsdp2_offload_context{rows}" if away else f"fsdp2_context{rows}"
    keeps = block.get("reshard_after_forward") is not None and not fsdp.setting(plan, "reshard_after_forward")
    return "fsdp2_offload" if away else "fsdp2_kept" if keeps else "fsdp2"


def sharding_fields(name: str, plan: Plan, model: Model, *, checkpoints: bool) -> dict[str, object]:
    """The fields of DDP, DeepSpeed or FSDP2 for a plan; FSDP2 checkpoints by a field of its own, and one process reads
    the model for all where it can.
    """
    none = dict.fromkeys(("deepspeed", "fsdp", "fsdp_version", "fsdp_config"), REMOVE)
    if name in _FILES:
        return {**none, "deepspeed": f"deepspeed_configs/{_FILES[name]}"}
    if not name.startswith("fsdp2"):
        return dict(none)
    block: dict[str, object] = {"offload_params": "offload" in name, "auto_wrap_policy": "TRANSFORMER_BASED_WRAP"}
    block |= {"transformer_layer_cls_to_wrap": model.layer_class, "state_dict_type": "FULL_STATE_DICT"}
    block |= {"reshard_after_forward": name != "fsdp2_kept", "activation_checkpointing": checkpoints}
    if hands_out(plan):
        block["cpu_ram_efficient_loading"] = True
    own = dict.fromkeys(("gradient_checkpointing", "gradient_checkpointing_kwargs", "activation_offloading"), REMOVE)
    each = batches.synced_each(plan) if adapters.adapter(plan) is None else {}  # all gradients would wait whole
    return {**none, **own, **each, "fsdp_version": 2, "fsdp_config": block}


def division_changes(cost: Cost, plan: Plan, model: Model) -> dict[str, object]:
    """The change of a plan to another division: whether it checkpoints stays, and so does all else that can."""
    checkpoints = checkpointing.gradient_checkpointing(plan) or fsdp.setting(plan, "activation_checkpointing")
    changes = sharding_fields(cost.name, plan, model, checkpoints=checkpoints)
    if fsdp.shards(plan) and not cost.name.startswith("fsdp2"):
        changes |= CHECKPOINTING["on" if checkpoints else "off"]
    optimizer = str(plan.get("optimizer") or "")
    if optimizer_of(optimizer, cost.name) != optimizer:
        changes["optimizer"] = optimizer_of(optimizer, cost.name)
    changes |= dict.fromkeys((*mesh.SIZES, "sequence_parallel_degree"), REMOVE)
    if cost.context > 1:
        changes["context_parallel_size"] = cost.context
        if attention.implementation(plan) != DIVIDED_BY:
            changes["attn_implementation"] = DIVIDED_BY
    return {name: value for name, value in changes.items() if value is not REMOVE or name in plan}
