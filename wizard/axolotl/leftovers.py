"""What becomes of the weights that bitsandbytes leaves alone in a base it rounds.

Source: axolotl loaders/model.py `_prepare_model_for_quantization` (0.19.0 :1116, 0.21.0 :1407), peft utils/other.py
`prepare_model_for_kbit_training`: every 16-bit parameter that is not packed becomes fp32; Axolotl turns embeddings,
lm_head and norms back.
"""

from __future__ import annotations

from wizard.axolotl import loading
from wizard.axolotl.adapters import adapter
from wizard.axolotl.quantization import Quantization, quantize_moe_experts
from wizard.axolotl.sharding import Sharding
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.domain.values import mapping


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
    loftq = mapping(plan, "peft").get("loftq_config")
    return not (adapter(plan) == "lora" and isinstance(loftq, dict) and loftq.get("loftq_bits"))
