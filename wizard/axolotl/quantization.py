"""The base in fewer bits: `load_in_4bit`, `load_in_8bit`, `quantize_moe_experts`, `gptq`, `qat`, its own quantization.

Source: axolotl 0.19.0 loaders/model.py:680.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from wizard.axolotl import early, preference
from wizard.axolotl.adapters import adapter
from wizard.domain.model import Model, Packed, TensorKind
from wizard.domain.plan import Plan
from wizard.domain.values import flag, mapping, on
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import of_plan

Quantization = Literal["none", "nf4", "int8"]
BITS = ("load_in_4bit", "load_in_8bit")
_STAY: dict[str, tuple[TensorKind, ...]] = {"gptq": ("linear",), "awq": ("linear",), "compressed-tensors": ()}
"""What stays packed in training where that is less than the files hold. GPTQ and AWQ replace `nn.Linear` alone, and
transformers 5 stacks a mixture's experts in parameters (integrations/awq.py `replace_with_awq_linear`, optimum 2.2
gptq/quantizer.py `convert_model`). What compressed-tensors packed is unpacked by a hook before the first forward
(transformers 5.16 and 5.20 quantizer_compressed_tensors.py, compressed-tensors `add_decompress_hook`).
"""
_LETS_GO = Version(0, 20)
_NOT_WITH_FSDP2 = ("dpo", "kto", "orpo", "ipo")


def load_in_4bit(plan: Plan) -> bool:
    """Whether the base is loaded in 4 bits."""
    return flag(plan.get("load_in_4bit"))


def load_in_8bit(plan: Plan) -> bool:
    """Whether the base is loaded in 8 bits."""
    return flag(plan.get("load_in_8bit"))


def early_bits(plan: Plan) -> list[str]:
    """Those of `load_in_4bit` and `load_in_8bit` that the early checks take for set."""
    return early.which(plan, BITS)


def too_few_bits_for_fsdp2(plan: Plan) -> bool:
    """Whether FSDP2 takes no such training: a preference method on a quantized base (schemas/validation.py:1178)."""
    return preference.rl(plan) in _NOT_WITH_FSDP2 and bool(early_bits(plan))


def gptq(plan: Plan) -> bool:
    """Whether the base is one quantized by GPTQ."""
    return on(plan.get("gptq"))


def quantize_moe_experts(plan: Plan) -> bool:
    """Whether the stacked experts of a mixture are quantized with the rest."""
    return flag(plan.get("quantize_moe_experts"))


def pins_experts(plan: Plan, checkpointing: str) -> bool:
    """Whether experts that are taken out of 8 bits stay so, once the backward has run through their layer.

    Non-reentrant checkpointing ends a layer's second forward with an exception as soon as it has what the backward
    needs. torch then skips a forward hook that is not `always_call`. The one by which Axolotl 0.19 lets go of what it
    took out of 8 bits is not (monkeypatch/moe_quant.py:67); 0.20's is (`:95`), as is bitsandbytes 0.50.2's of 4 bits.
    """
    older = of_plan(plan) < _LETS_GO and checkpointing == "non_reentrant"
    return older and quantize_moe_experts(plan) and load_in_8bit(plan)


def model_quantization_config(plan: Plan) -> str | None:
    """The name of the configuration class that says how the base is quantized."""
    named = plan.get("model_quantization_config")
    return str(named) if named else None


def block(plan: Plan, key: Literal["qat", "quantization"]) -> dict[str, object] | None:
    """`qat` or `quantization` where it is a block; an empty one counts, its fields have defaults."""
    value = plan.get(key)
    return dict(value) if isinstance(value, dict) else None


def stored(plan: Plan, model: Model | None) -> Packed | None:
    """The base's own quantization, if it stays: `dequantize` undoes it, and a name may be that of a 16-bit copy."""
    if model is None or model.packed is None:
        return None
    name = str(plan.get("base_model")).lower()
    undone = flag(mapping(plan, "model_quantization_config_kwargs").get("dequantize"))
    if undone or "bf16" in name or "dequantized" in name:
        return None
    found, kept = model.packed, _STAY.get(model.packed.method, model.packed.kinds)
    if found.size is None and model.stored_bytes is not None:  # what the files hold tells what the name doesn't
        count = sum(tensor.total for tensor in model.tensors if tensor.kind in found.kinds)
        found = replace(found, size=max(0.0, model.stored_bytes - 2.0 * (model.parameters - count)) / count)
    return replace(found, kinds=tuple(kind for kind in found.kinds if kind in kept))


def begins_at_random(plan: Plan) -> bool:
    """`reinit_weights`: made from its config alone, in the dtype that stands there, whatever is said of bits and
    precision (axolotl 0.19 and 0.21 loaders/model.py `_load_model_from_config`). Weights that are packed as they are
    loaded are those published.
    """
    staged = flag(plan.get("qlora_sharded_model_loading")) or plan.get("nf4_backend") == "torchao"
    return flag(plan.get("reinit_weights")) and not staged


def quantization(plan: Plan, model: Model | None) -> Quantization:
    """How bitsandbytes rounds the base when it is loaded."""
    if model is not None and (stored(plan, model) is not None or model.own_linear):
        return "none"
    if begins_at_random(plan):
        return "none"
    if adapter(plan) == "qlora" and load_in_4bit(plan):
        return "nf4"
    return "int8" if adapter(plan) == "lora" and load_in_8bit(plan) else "none"
