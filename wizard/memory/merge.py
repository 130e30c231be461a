"""What `axolotl merge-lora` holds of host memory, once the training is over."""

from __future__ import annotations

from operator import attrgetter

from wizard.axolotl.effective import Effective
from wizard.axolotl.lora import Lora
from wizard.axolotl.targets import adapted, reached
from wizard.domain.kept import Kept
from wizard.domain.model import Model
from wizard.memory.adapter import adapter_weight_bytes
from wizard.memory.weights import element_bytes

SHARD = 5_000_000_000
"""Bytes of one file of a checkpoint (`max_shard_size`, transformers 4; many repositories are cut so)."""


_settings = attrgetter("lora", "quantization", "quantize_experts", "weights_fp32", "adapter_bytes", "merges_whole")
_known: Kept[tuple[object, ...], float] = Kept(256)


def merge_bytes(model: Model, settings: Effective) -> float:
    """Bytes: the whole model (`merge_method: legacy`), or of one file at a time what the adapter changes of it.

    What it leaves alone is mapped, so the page cache's (axolotl 0.21.0 cli/utils/lora_merge.py:2888).
    """
    if settings.lora is None:
        return 0.0
    found = _known.get(key := (model, *_settings(settings)))
    if found is None:
        found = _known[key] = _merge_bytes(model, settings, settings.lora)
    return found


def _merge_bytes(model: Model, settings: Effective, lora: Lora) -> float:
    if settings.merges_whole:  # beside the model the adapter, and one product of it in fp32
        product = max((4 * one.inputs * one.outputs for one in adapted(model, lora)), default=0)
        return model.parameters * element_bytes(settings) + adapter_weight_bytes(model, settings) + product
    wide = 4 if model.dtype == "float32" else 2
    return float(min(wide * reached(model, lora, _rounded(settings)), SHARD))


def _rounded(settings: Effective) -> tuple[str, ...]:
    """Kinds of tensors that a merge by file writes anew, reached by the adapter or not.

    Of a base that was trained in 4 bits each layer is rounded as it was there, before the adapter is added (axolotl
    0.21.0 cli/utils/lora_merge.py:416 and 2140, read and weighed; 0.19 and 0.20 round the embeddings and the head too).
    """
    if settings.quantization != "nf4":
        return ()
    return ("linear", "experts") if settings.quantize_experts else ("linear",)
