"""What becomes of the weights that bitsandbytes leaves alone, in a base that it rounds or was to round.

Source: axolotl loaders/model.py `_prepare_model_for_quantization` (0.19.0 :1116, 0.21.0 :1407), peft utils/other.py
`prepare_model_for_kbit_training`: every 16-bit parameter that is not packed becomes fp32; Axolotl turns embeddings,
lm_head and norms back.
"""

from __future__ import annotations

from wizard.axolotl import loading
from wizard.axolotl.adapters import adapter
from wizard.axolotl.quantization import Quantization, load_in_4bit, load_in_8bit, quantize_moe_experts
from wizard.axolotl.sharding import Sharding
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.domain.values import mapping


def base_fp32(plan: Plan, model: Model | None, parts: Sharding, rounding: Quantization) -> bool:
    """Whether PEFT prepares a base that nothing rounded, so that all but embeddings, lm_head and norms take 4 bytes a
    weight: `load_in_4bit` beside `adapter: lora`, or beside `reinit_weights`, which makes the model from its config;
    a model whose linear layers are of a class of its own.
    """
    if rounding != "none" or adapter(plan) not in ("lora", "qlora") or parts.kind == "zero3":
        return False
    if not (load_in_4bit(plan) or load_in_8bit(plan)) or (model is not None and model.packed):
        return False
    if parts.fsdp and (adapter(plan) == "qlora" or loading.efficient(plan)):
        return False
    return not _loftq(plan)


def leftovers_fp32(plan: Plan, model: Model | None, parts: Sharding, rounding: Quantization) -> bool:
    """Whether PEFT prepares the model, so that unquantized experts take 4 bytes a weight: not under ZeRO 3, FSDP with
    4 bits or with one reader, nor where the experts are quantized themselves.
    """
    if rounding == "none" or parts.kind == "zero3":
        return False
    if parts.fsdp and (rounding == "nf4" or loading.efficient(plan)):
        return False
    if quantize_moe_experts(plan) and model is not None and model.moe:
        return False
    return not _loftq(plan)


def _loftq(plan: Plan) -> bool:
    loftq = mapping(plan, "peft").get("loftq_config")
    return adapter(plan) == "lora" and isinstance(loftq, dict) and bool(loftq.get("loftq_bits"))
