"""The model as one GPU computes it where tensor or expert parallelism divides its layers."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from wizard.axolotl.sharding import Sharding
from wizard.domain.model import Block, Model, Tensor

_BY_OUTPUTS = frozenset(
    {"q_proj", "k_proj", "v_proj", "qkv_proj", "q_b_proj", "kv_b_proj", "gate_proj", "up_proj", "gate_up_proj", "fc1",
     "w1", "w3"}
)  # fmt: skip
_BY_INPUTS = frozenset({"o_proj", "down_proj", "fc2", "w2"})
_ATTENTION = frozenset({"attention", "latent"})


def local(model: Model, parts: Sharding) -> Model:
    """The same model, or one with the shapes that one GPU of the mesh holds.

    Tensor parallelism divides attention's and feed-forwards' projections, stacked experts and lm_head; norms,
    embeddings, routers and other mixers stay whole (transformers 5 `base_model_tp_plan` of Llama, Qwen, Gemma, Mixtral;
    `_tp_plan`: lm_head "colwise_gather_output", whose result is whole again). Expert parallelism divides stacked
    experts; FSDP shards them over the rest of the mesh, so that what a GPU keeps is the same share as without it.
    """
    tensor, expert = parts.mesh.tensor, parts.mesh.expert
    if tensor == 1 and expert == 1:
        return model
    return _local(model, tensor, expert, stored=not parts.fsdp)


@lru_cache(maxsize=64)
def _local(model: Model, tensor: int, expert: int, *, stored: bool) -> Model:
    tensors = (_divided(one, tensor, expert if stored else 1) for one in model.tensors)
    blocks = (_narrow(model, one, tensor, expert) for one in model.blocks)
    return replace(model, tensors=tuple(tensors), blocks=tuple(blocks))


def _divided(one: Tensor, tensor: int, expert: int) -> Tensor:
    if one.tower:
        return one
    if one.kind == "experts":
        first, *rest = one.shape
        shape = (_up(first, expert), _up(rest[0], tensor), *rest[1:]) if rest else (_up(first, expert),)
        return replace(one, shape=shape)
    by_outputs = one.kind == "head" or (one.kind == "linear" and one.module in _BY_OUTPUTS)
    if by_outputs:
        return replace(one, shape=(_up(one.shape[0], tensor), *one.shape[1:]))
    if one.kind == "linear" and one.module in _BY_INPUTS:
        return replace(one, shape=(*one.shape[:-1], _up(one.shape[-1], tensor)))
    return one


def _narrow(model: Model, one: Block, tensor: int, expert: int) -> Block:
    """A layer's own widths; what a fused projection makes is gathered again (Phi-3: "colwise_gather_output")."""
    heads = tensor if one.mixer in _ATTENTION and not model.fused_qkv else 1
    return replace(
        one,
        heads=_up(one.heads, heads),
        kv_heads=_up(one.kv_heads, heads),
        intermediate=_up(one.intermediate, 1 if model.fused_gate_up else tensor),
        expert_width=_up(one.expert_width, tensor),
        shared_width=_up(one.shared_width, tensor),
        experts=_up(one.experts, expert),
    )


def _up(size: int, parts: int) -> int:
    return -(-size // parts)
