"""Where each process puts the model before it is divided: `cpu_ram_efficient_loading` and what stands beside it.

Source: axolotl loaders/model.py of 0.19.0 (:720-751, :975-1050) and 0.21.0 (:960-988, :1242-1390), transformers'
bitsandbytes quantizers (`update_device_map`: the current GPU), monkeypatch/accelerate/fsdp2.py (`original_sd`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from wizard.axolotl import adapters, fsdp, losses
from wizard.axolotl.quantization import Quantization, load_in_4bit, load_in_8bit, model_quantization_config
from wizard.axolotl.sharding import Sharding
from wizard.domain.plan import Plan
from wizard.domain.values import flag
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import of_plan

_STAGED_SINCE = Version(0, 20)
"""From here on one process quantizes to 4 bits for all (loaders/nf4.py)."""

Placement = Literal["whole", "divided", "host"]


@dataclass(frozen=True, slots=True)
class Loading:
    """What a process holds while the model is loaded.

    `gpu`: "whole": all of it on its GPU, whatever is divided later; "divided": it comes in parts; "host": in host
    memory, from where parts go to the GPU. `kept`: the whole stays beside the parts until all are made. `certain`:
    False where versions differ and this one does not run it. `one_loads`: only the first process of a node reads it.
    `casts`: embeddings and lm_head of a quantized model are fp32 for a moment.
    """

    gpu: Placement = "divided"
    kept: bool = False
    certain: bool = True
    one_loads: bool = False
    casts: bool = True


def efficient(plan: Plan) -> bool:
    """Whether only the first process reads the model, to hand out its parts."""
    return fsdp.setting(plan, "cpu_ram_efficient_loading")


def stays_on_host(plan: Plan) -> bool:
    """Whether a model in 16 bits is left in host memory until FSDP takes it (`_apply_post_lora_load_setup`)."""
    skip = plan.get("experimental_skip_move_to_device")
    if skip is not None:
        return flag(skip)
    ddp = plan.get("ddp")
    return efficient(plan) or (ddp is not None and not flag(ddp))


def hands_out(plan: Plan) -> bool:
    """Whether one process can read the model of an FSDP2 run for all of them.

    4-bit weights since 0.20 (schemas/validation.py `check_fsdp2_cpu_ram_efficient_loading_w_4bit`); of 8-bit weights it
    is not known; Mxfp4Config is refused.
    """
    if load_in_4bit(plan):
        return of_plan(plan) >= _STAGED_SINCE
    return not load_in_8bit(plan) and model_quantization_config(plan) != "Mxfp4Config"


def loading(plan: Plan, parts: Sharding, rounding: Quantization, *, stored: bool) -> Loading:
    """How this plan's processes load. `rounding`: what they round the base to; `stored`: it came quantized."""
    return replace(_placed(plan, parts, rounding, stored=stored), casts=_casts(plan, parts))


def _casts(plan: Plan, parts: Sharding) -> bool:
    """Whether embeddings are turned to fp32 before adapters are made, to be turned back: by Axolotl until 0.19, by PEFT
    until then or where `embeddings_skip_upcast` is false. Later ones do not what they would undo.

    Source: axolotl 0.19.0 loaders/model.py:435; 0.20.0 :175 and 0.21.0 :174, `should_convert_embedding_dtypes`.
    """
    skips = plan.get("embeddings_skip_upcast")
    if keeps_fp32_embeddings(plan, parts):
        return False
    return (skips is not None or of_plan(plan) < _STAGED_SINCE) and not flag(skips)


def keeps_fp32_embeddings(plan: Plan, parts: Sharding) -> bool:
    """Whether embeddings, lm_head and norms of QLoRA under FSDP are turned to fp32 and stay so: since 0.20, where
    nothing turns them back but for Cut Cross Entropy.

    Source: axolotl 0.20.0 loaders/model.py:597-615 and 0.21.0 :605-623, `_configure_embedding_dtypes` with
    `should_convert_embedding_dtypes`; 0.19.0 :439-450 leaves them alone under FSDP.
    """
    if of_plan(plan) < _STAGED_SINCE or not parts.fsdp or adapters.adapter(plan) != "qlora":
        return False
    skips = load_in_4bit(plan) and flag(plan.get("embeddings_skip_upcast"))
    return not skips and losses.loss(plan, None, []) != "cut"


def _placed(plan: Plan, parts: Sharding, rounding: Quantization, *, stored: bool) -> Loading:
    if parts.kind == "zero3":  # zero.Init makes the parts at once, but not of a quantized model
        return Loading("whole" if rounding != "none" or stored else "divided")
    if not parts.fsdp:
        return Loading("divided")
    if rounding == "nf4":
        return _nf4(plan, parts)
    kept = parts.kind == "fsdp2"
    if rounding == "int8":
        if efficient(plan) and kept:
            return Loading("host", one_loads=True)
        return Loading("whole", kept=kept)
    return Loading("host", one_loads=efficient(plan)) if stays_on_host(plan) else Loading("whole", kept=kept)


def _nf4(plan: Plan, parts: Sharding) -> Loading:
    """4 bits: `device_map` names the process's own GPU, unless one process quantizes for all."""
    if not efficient(plan):
        return Loading("whole", kept=parts.kind == "fsdp2")
    if fsdp.only_fsdp2(plan) and fsdp.written_for_fsdp1(plan):  # which older version will run it is not said
        return Loading("host", certain=False, one_loads=True)
    if parts.kind == "fsdp2" or flag(plan.get("qlora_sharded_model_loading")):
        return Loading("host", one_loads=True)
    return Loading("whole", one_loads=True)
