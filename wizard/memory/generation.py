"""What generating answers takes beside the training: vLLM's part of the card, or transformers' keys and values."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from wizard.axolotl.effective import Effective
from wizard.axolotl.generation import Generation
from wizard.axolotl.preference import LEARNS
from wizard.domain.model import Block, Model
from wizard.memory.logits import in_pieces
from wizard.memory.weights import embedding_bytes


def beside_training(settings: Effective) -> float:
    """Bytes that vLLM keeps on the GPU the whole time: weights of its own, keys and values, CUDA graphs.

    vLLM fills `gpu_memory_utilization` of the whole card, whatever lies there already (vllm v1/worker/gpu_worker.py,
    `determine_available_memory`).
    """
    made = settings.generation
    return float(made.reserved or 0) if made is not None and not made.sleeps else 0.0


class Passing(Protocol):
    """Bytes of a layer's forward of so many tokens, of rows with their answers or of `prompts` alone."""

    def __call__(self, tokens: float, *, prompts: bool = False) -> float:
        """Bytes of so many tokens."""


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


def made(model: Model, settings: Effective, layer: Passing) -> list[Made]:
    """The moments of a round of answers on this GPU that can be its worst."""
    one = settings.generation
    if one is None or settings.rl not in LEARNS:
        return []
    found = _generated(model, settings, one, layer) if one.engine == "transformers" else []
    return found + _scored(model, settings, one, layer) if one.scored or one.held else found


def _generated(model: Model, settings: Effective, one: Generation, layer: Passing) -> list[Made]:
    """transformers' own answers.

    A cache grows by being copied: a layer's keys stand there twice while the last token comes. With a window it keeps
    no more than that, but for the prompts that have just been read (transformers 5.20 cache_utils.py).
    """
    item = float(embedding_bytes(settings))  # keys turned in fp32 stay so
    widths = [(item * one.rows * cached_width(block), block) for block in model.blocks]
    begun = one.prompts * sum(block.count * width for width, block in widths)
    kept = sum(block.count * width * _held(block, one.tokens) for width, block in widths)
    again = max([item * one.rows * _again(block) * _held(block, one.tokens) for block in model.blocks])
    return [
        Made(layer(one.rows * one.prompts, prompts=True), begun, 0.0),
        Made(again, kept, 0.0),
        Made(0.0, kept, _SAMPLED * model.vocab * one.rows),
    ]


def cached_width(block: Block) -> int:
    """Elements of keys and values that a token leaves in a cache: of a latent only that (transformers 5.16 and 5.20
    modeling_deepseek_v3.py).
    """
    return block.kv_rank + block.rope_dim if block.kv_rank else 2 * block.kv_width


def _again(block: Block) -> int:
    """Elements a token that come to a layer's cache while it is read: its keys once more, or what its latent becomes,
    keys without what is rotated, and values, then the keys whole.
    """
    if not block.kv_rank:
        return block.kv_width * (2 if block.window else 1)  # a sliding layer joins both before it lets go
    return block.heads * (2 * block.head_dim - block.rope_dim + block.value_dim)


def _held(block: Block, tokens: int) -> int:
    """Tokens whose keys and values are kept."""
    return min(tokens, block.window - 1) if block.window else tokens


def _scored(model: Model, settings: Effective, one: Generation, layer: Passing) -> list[Made]:
    """Answers are scored by this model and by the one it is held to."""
    copies = 2.0 * sum(tensor.total for tensor in model.tensors) if one.held and settings.lora is None else 0.0
    if one.scored_at_once:
        whole, answers = one.rows * one.tokens, one.rows * one.answer
        ended = float(embedding_bytes(settings)) * model.hidden * (whole + answers)
        return [Made(layer(whole), 0.0, 0.0, copies), Made(ended, 0.0, in_pieces(model, answers), copies)]
    values = float(model.vocab * settings.micro_batch * (one.answer + 1))
    before = _BEFORE * values if one.rows > settings.micro_batch else 0.0
    return [
        Made(layer(settings.tokens), 0.0, before, copies),
        Made(0.0, 0.0, before + 2.0 * values, copies),  # autocast's copies go before logits become fp32
        Made(0.0, 0.0, before + _SCORED * values),
    ]


def while_generating(model: Model, settings: Effective) -> float:
    """Bytes that live while answers are made and not while the model is trained: vLLM's where it sleeps in between; of
    EBFT keys and values of all rows at once, in 16 bits (`steps_per_generation` micro batches).
    """
    one = settings.generation
    if one is None or one.engine == "server" or (one.engine == "transformers" and settings.rl in LEARNS):
        return 0.0
    if one.engine == "colocate":
        return float(one.reserved or 0) if one.sleeps else 0.0
    widths = sum(block.count * cached_width(block) for block in model.blocks if block.heads)
    return 2.0 * widths * one.rows * one.tokens
