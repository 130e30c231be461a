"""What generating answers takes beside the training: vLLM's part of the card, or transformers' keys and values."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from wizard.axolotl.effective import Effective
from wizard.axolotl.preference import LEARNS
from wizard.domain.model import Model


def beside_training(settings: Effective) -> float:
    """Bytes that vLLM keeps on the GPU the whole time: weights of its own, keys and values, CUDA graphs.

    vLLM fills `gpu_memory_utilization` of the whole card, whatever lies there already (vllm v1/worker/gpu_worker.py,
    `determine_available_memory`).
    """
    made = settings.generation
    return float(made.reserved or 0) if made is not None and not made.sleeps else 0.0


class Made(NamedTuple):
    """A moment of making answers: bytes that are computed with, of `kept` by a cache, and of logits."""

    passing: float
    kept: float
    logits: float
    weights: float = 0.0


_SAMPLED = 18.0
"""Bytes a next token's logit: in 16 bits, in fp32, and three copies (transformers `GenerationMixin._sample`)."""
_SCORED, _BEFORE = 6.0, 4.0
"""Bytes a logit of a scored answer: in 16 bits and in fp32 (trl 1.14.1; its kernel makes no other); and of those of the
micro batch before it, whose names `_full_logits_logps` still holds."""


def made(model: Model, settings: Effective, layer: Callable[[float], float]) -> list[Made]:
    """The moments of a round of answers on this GPU that can be its worst. `layer`: bytes of a layer's forward
    of so many tokens.

    A cache grows by being copied: a layer's keys stand there twice while the last token comes.
    """
    found, one = list[Made](), settings.generation
    if one is None or settings.rl not in LEARNS:
        return found
    if one.engine == "transformers":
        widths = [2.0 * block.kv_width for block in model.blocks for _ in range(block.count)]
        each, sampled = max(widths, default=0.0) * one.rows, _SAMPLED * model.vocab * one.rows
        kept = 2.0 * sum(widths) * one.rows
        found.append(Made(layer(one.rows * one.prompts), kept * one.prompts, 0.0))
        found.append(Made(each * one.tokens, kept * one.tokens, 0.0))
        found.append(Made(0.0, kept * one.tokens, sampled))
    if one.scored or one.held:
        values = 0.0 if one.chunked else float(model.vocab * settings.micro_batch * (one.answer + 1))
        before = _BEFORE * values if one.rows > settings.micro_batch else 0.0
        copies = 2.0 * sum(tensor.total for tensor in model.tensors) if one.held and settings.lora is None else 0.0
        found.append(Made(layer(settings.tokens), 0.0, before, copies))
        found.append(Made(0.0, 0.0, before + 2.0 * values, copies))  # autocast's copies go before logits become fp32
        found.append(Made(0.0, 0.0, before + _SCORED * values))
    return found


def while_generating(model: Model, settings: Effective) -> float:
    """Bytes that live while answers are made and not while the model is trained: vLLM's where it sleeps in between; of
    EBFT keys and values of all rows at once, in 16 bits (`steps_per_generation` micro batches).
    """
    one = settings.generation
    if one is None or one.engine == "server" or (one.engine == "transformers" and settings.rl in LEARNS):
        return 0.0
    if one.engine == "colocate":
        return float(one.reserved or 0) if one.sleeps else 0.0
    widths = sum(block.count * 2 * block.kv_width for block in model.blocks if block.heads)
    return 2.0 * widths * one.rows * one.tokens
