"""What stands behind a tower's last layer: it makes tokens of the text's width out of patches."""

from __future__ import annotations

from collections.abc import Callable

from wizard.memory.tape.acts import act
from wizard.memory.tape.builder import Builder
from wizard.memory.tape.checkpoint import Forward
from wizard.memory.tape.engine import Parameter, Tape, TapeTensor
from wizard.memory.tape.linear import Linear
from wizard.memory.tape.norms import gemma_norm, layer_norm
from wizard.memory.tape.ops import add, cast, product, scale
from wizard.memory.tape.vision import Parts

Exit = tuple[float, Forward]
"""Elements a token of what goes in (its patches side by side), and the forward."""


def exit_of(parts: Parts, *, deep: bool = False) -> Exit | None:
    """The module of this tower's kind; `deep`: one that feeds a layer of the text."""
    builder = _BUILDERS.get(parts.tower.exit)
    return builder(parts, deep) if builder else None


def _linears(parts: Parts, root: str) -> list[Linear]:
    """The linear layers under a path, in their order."""
    found = [tensor for tensor in parts.model.tensors if tensor.kind == "linear" and tensor.path.startswith(root)]
    return [parts.linear(tensor.shape[0], tensor.shape[1], tensor.path) for tensor in found]


def _side(parts: Parts) -> int:
    """Patches of one token."""
    assert parts.model.images is not None
    return parts.model.images.merge**2


def _merger(parts: Parts, deep: bool) -> Exit:
    """Qwen's: a norm, then two linear layers over patches side by side (modeling_qwen3_vl.py)."""
    root = parts.tower.path.removesuffix("blocks.*") + ("deepstack_merger_list.*." if deep else "merger.")
    first, second = _linears(parts, root)
    groups = 1.0 if deep else float(_side(parts))

    def forward(tape: Tape, x: TapeTensor) -> TapeTensor:
        return second(tape, act(tape, first(tape, parts.norm(tape, x, groups)), "gelu"))

    return first.inputs, forward


def _pool(parts: Parts, deep: bool) -> Exit:
    """Gemma 3: a norm, the average over neighbours in fp32, a norm, one matrix (modeling_gemma3.py)."""
    width, form = float(parts.tower.width), parts.model.images
    assert form is not None
    inside = width * (form.side // form.patch) ** 2 / form.tokens
    weight = Parameter(width * parts.model.hidden, parts.item, trained=parts.trained)

    def forward(tape: Tape, x: TapeTensor) -> TapeTensor:
        moved = scale(tape, layer_norm(tape, x, Parameter(width, 2, trained=parts.trained)))
        pooled = _narrowed(tape, moved, width, keeps=True)
        del moved
        normed = gemma_norm(tape, pooled, Parameter(width, 2, trained=parts.trained))
        del pooled
        return product(tape, cast(tape, normed, tape.half), weight, parts.model.hidden)

    return inside, forward


def _narrowed(tape: Tape, x: TapeTensor, width: float, *, keeps: bool) -> TapeTensor:
    """An average over patches."""
    out = tape.new(width, x.item)
    held = x if keeps and tape.grad else None
    whole, item = x.width, x.item

    def backward(g: TapeTensor) -> list[TapeTensor | None]:
        _ = held
        return [tape.new(whole, item)]

    tape.link([out], [x], backward)
    return out


def _projector(parts: Parts, deep: bool) -> Exit:
    """Mistral 3: a norm, patches put side by side, then three linear layers (modeling_mistral3.py)."""
    merging, first, second = _linears(parts, "model.multi_modal_projector.")
    groups = float(_side(parts))

    def forward(tape: Tape, x: TapeTensor) -> TapeTensor:
        merged = merging(tape, scale(tape, parts.norm(tape, x, groups)))
        return second(tape, act(tape, first(tape, merged), "gelu"))

    return merging.inputs, forward


def _embedder(parts: Parts, deep: bool) -> Exit:
    """Gemma 4: the average over neighbours in fp32, a bare norm, a linear layer (modeling_gemma4.py)."""
    (out,) = _linears(parts, "model.embed_vision.")
    width = float(parts.tower.width)

    def forward(tape: Tape, x: TapeTensor) -> TapeTensor:
        pooled = _narrowed(tape, cast(tape, scale(tape, x), 4), width, keeps=False)
        narrow = cast(tape, scale(tape, pooled), tape.half)
        del pooled
        return out(tape, gemma_norm(tape, narrow, Parameter(0.0, 2, trained=False)))

    return width * _side(parts), forward


def _raw(parts: Parts, deep: bool) -> Exit:
    """Gemma 4 without a tower: pixels through norms and two linear layers (modeling_gemma4_unified.py)."""
    dense, out = _linears(parts, "model.embed_vision.")

    def normed(tape: Tape, x: TapeTensor) -> TapeTensor:
        return layer_norm(tape, x, Parameter(x.width, 2, trained=parts.trained))

    def forward(tape: Tape, x: TapeTensor) -> TapeTensor:
        inner = normed(tape, dense(tape, normed(tape, x)))
        placed = normed(tape, add(tape, inner, tape.new(inner.width, 2)))
        del inner
        return out(tape, gemma_norm(tape, cast(tape, placed, tape.half), Parameter(0.0, 2, trained=False)))

    return dense.inputs, forward


def _tiles(parts: Parts, deep: bool) -> Exit:
    """Llama 3.2 Vision: outputs of several layers side by side, a linear layer (modeling_mllama.py)."""
    (out,) = _linears(parts, "model.multi_modal_projector")

    def forward(tape: Tape, x: TapeTensor) -> TapeTensor:
        return out(tape, scale(tape, x))  # put side by side, then projected

    return out.inputs, forward


def crossing(build: Builder, *, masked: bool) -> Forward:
    """Keys and values that a layer of the text makes of what it attends to beside the text, by patch: kept by attention
    as they are, or repeated for grouped heads where a mask is written (modeling_mllama.py, MllamaTextCrossAttention).
    """
    block, model = build.block, build.model
    k, v = (build.linear(float(block.kv_width), model.hidden, f"cross_attn.{name}") for name in ("k_proj", "v_proj"))

    def forward(tape: Tape, x: TapeTensor) -> TapeTensor:
        keys, values = build.norm(tape, k(tape, x), block.head_dim, block.kv_heads), v(tape, x)
        if masked and block.kv_heads < block.heads:
            keys, values = _repeated(tape, keys, block.q_width), _repeated(tape, values, block.q_width)
        out = tape.new(1.0, 2)
        held = (keys, values) if tape.grad else None
        width = keys.width

        def backward(g: TapeTensor) -> list[TapeTensor | None]:
            _ = held
            return [tape.new(width, 2), tape.new(width, 2)]

        tape.link([out], [keys, values], backward)
        return out

    return forward


def _repeated(tape: Tape, x: TapeTensor, width: float) -> TapeTensor:
    out = tape.new(width, 2)
    narrow = x.width
    tape.link([out], [x], lambda g: [tape.new(narrow, 2)])
    return out


_BUILDERS: dict[str, Callable[[Parts, bool], Exit]] = {
    "merger": _merger,
    "pool": _pool,
    "projector": _projector,
    "embedder": _embedder,
    "raw": _raw,
    "tiles": _tiles,
}
