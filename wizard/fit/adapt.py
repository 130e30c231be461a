"""Makes a preset's plan suit a model and a machine: precision, attention, experts."""

from __future__ import annotations

from wizard.axolotl import adapters, attention, batch, fsdp, images, losses, mesh, precision, preference, quantization
from wizard.axolotl.architectures import UNPACKED, RunsOn, runnable_changes, tower_changes
from wizard.axolotl.loading import hands_out
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE, Plan
from wizard.fit.field_changes import loss_changes

_FOR_IMAGES = (
    "processor_type",
    "image_size",
    "image_resize_algorithm",
    "skip_prepare_dataset",
    "remove_unused_columns",
)


def adapt(plan: Plan, model: Model | None, machine: Machine | None) -> Plan:
    """The plan with what the machine lacks or the model forbids replaced; everything else untouched.

    Without bf16 hardware: fp16, written out, since torch counts emulated bf16 as support; fp32 for a full fine-tune,
    whose gradients no fp16 scaler takes, and there no cut cross entropy, which wants 16 bits. Without
    FlashAttention-2: sdpa, and no packing, which sdpa does not keep apart there. Experts of a mixture
    are quantized with the rest, which `lora_target_linear` forbids (axolotl 0.19.0 schemas/config.py:1937).
    """
    changes: dict[str, object] = {}
    if machine is not None:
        changes |= _for_machine(plan, machine)
    if model is not None:
        changes |= _for_model(plan, model)
    plan = plan.changed(changes) if changes else plan
    if model is not None and losses.needs_cut(plan, model) and _may_cut(plan):
        plan = plan.changed(loss_changes(plan, "cut"))
    unable = runnable_changes(plan, RunsOn(model, plan.axolotl, machine)) if model is not None else {}
    plan = plan.changed(unable) if unable else plan
    towers = tower_changes(plan, model) if model is not None else {}
    return plan.changed(towers) if towers else plan


def _for_machine(plan: Plan, machine: Machine) -> dict[str, object]:
    changes = mesh.without_sizes(plan, machine.count)
    if machine.bf16 is False:
        half = adapters.adapter(plan) is not None
        changes |= {"bf16": False, "fp16": half, "tf32": False}
        if not half and losses.cut_cross_entropy(plan):
            changes |= loss_changes(plan, "plain")
    elif machine.bf16 and precision.bf16(plan) is False and precision.fp16(plan):
        changes |= {"bf16": "auto", "fp16": REMOVE}
    if machine.flash_attention_2 is False and (attention.implementation(plan) or "").startswith("flash"):
        changes |= {"attn_implementation": "sdpa", **UNPACKED}
    if machine.fp8 is False and precision.fp8(plan):
        changes |= {"fp8": REMOVE, "torch_compile": REMOVE}
    return changes


def expert_changes(plan: Plan, model: Model) -> dict[str, object]:
    """What QLoRA beside a mixture of experts asks for: rounded experts and named targets, or LoRA where those can't be
    saved. A model without experts takes none of that.
    """
    if not model.moe and quantization.quantize_moe_experts(plan) and adapters.adapter(plan) is not None:
        return {"quantize_moe_experts": REMOVE, "lora_target_modules": REMOVE, "lora_target_linear": True}
    if not (model.moe and adapters.adapter(plan) == "qlora" and model.quantized is None):
        return {}
    if preference.saves_no_rounded_experts(plan):
        return {"adapter": "lora", "load_in_4bit": False, "quantize_moe_experts": REMOVE}
    changes: dict[str, object] = {"quantize_moe_experts": True, "lora_target_linear": REMOVE}
    if not adapters.targets_named(plan):
        changes["lora_target_modules"] = ["q_proj", "k_proj", "v_proj", "o_proj"]
    return changes


def _for_model(plan: Plan, model: Model) -> dict[str, object]:
    changes: dict[str, object] = dict.fromkeys(_FOR_IMAGES, REMOVE) if _sees_nothing(plan, model) else {}
    changes |= expert_changes(plan, model)
    if losses.unreached(plan, model):
        changes |= loss_changes(plan, "plain")
    if fsdp.has_block(plan):
        changes |= _for_fsdp(plan.changed(changes), model)
    if model.max_length and batch.sequence_len(plan) > model.max_length:
        changes["sequence_len"] = model.max_length
    return changes


def _may_cut(plan: Plan) -> bool:
    """Whether the cut loss, which wants 16 bits and the loss of the next token, can be had."""
    half = precision.bf16(plan) is not False or precision.fp16(plan)
    return half and preference.rl(plan) is None and not losses.switches_to_cut(plan)


def _sees_nothing(plan: Plan, model: Model) -> bool:
    """Whether rows with images are to be read by a model that has no processor: it reads their texts."""
    return images.with_images(plan) and not model.multimodal


def _for_fsdp(plan: Plan, model: Model) -> dict[str, object]:
    """The layer to wrap, and one process that reads the model for all where it can; no FSDP where it is refused."""
    if fsdp.is_refused(plan):
        gone = dict.fromkeys(("fsdp", "fsdp_version", "fsdp_config"), REMOVE)
        return {**gone, "gradient_checkpointing": True, "gradient_checkpointing_kwargs": {"use_reentrant": False}}
    changes: dict[str, object] = {}
    for name, value in (("transformer_layer_cls_to_wrap", model.layer_class), ("cpu_ram_efficient_loading", True)):
        if value and (value is not True or hands_out(plan)):
            changes["fsdp_config"] = fsdp.with_value(plan.changed(changes), name, value)
    return changes
