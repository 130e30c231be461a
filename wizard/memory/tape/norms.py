"""Norms as transformers writes them."""

from __future__ import annotations

from wizard.memory.tape.engine import Gradients, Parameter, Tape, TapeTensor, needs_grad
from wizard.memory.tape.ops import cast, multiply, scale, weighted, widened


def mean_square_root(tape: Tape, x: TapeTensor, groups: float) -> TapeTensor:
    """`rsqrt(mean(x ** 2) + eps)` of `groups` values a token: pow saves x, rsqrt its result.

    The backward of pow makes three tensors as large as x, one of which is the gradient.
    """
    flows = needs_grad(x)
    keep = x if tape.grad and flows else None
    tape.pack(keep is not None)
    squared = tape.like(x)
    mean = tape.new(groups, x.item)
    del squared
    shifted = tape.like(mean)
    result = tape.like(shifted)
    del mean, shifted
    tape.pack(keep is not None)
    kept = result.storage if keep is not None else None
    width, item = x.width, x.item

    def backward(g: TapeTensor) -> Gradients:
        small = tape.new(groups, item), tape.new(groups, item)
        expanded = tape.new(width, item)
        del small
        power = tape.new(width, item)
        doubled = tape.new(width, item)
        made = tape.new(width, item)
        del power, doubled, expanded
        _ = keep, kept
        return [made]

    tape.link([result], [x], backward)
    return result


def _normal(tape: Tape, x: TapeTensor, groups: float) -> TapeTensor:
    """x over the root of its mean square, in fp32."""
    wide = cast(tape, x, 4)
    return multiply(tape, wide, mean_square_root(tape, wide, groups))


def rms_norm(tape: Tape, x: TapeTensor, weight: Parameter, groups: float = 1.0) -> TapeTensor:
    """LlamaRMSNorm and its copies: fp32 inside, the weight multiplied in the input's dtype.

    `groups`: 1 over the hidden state, the number of heads for q and k norms.
    """
    before = x.item
    normal = _normal(tape, x, groups)
    del x
    narrow = cast(tape, normal, before)
    del normal
    return weighted(tape, weight, narrow)


def bare_norm(tape: Tape, x: TapeTensor, groups: float = 1.0) -> TapeTensor:
    """Gemma 4's without a weight (modeling_gemma4.py, `with_scale=False`)."""
    return cast(tape, _normal(tape, x, groups), x.item)


def late_norm(tape: Tape, x: TapeTensor, weight: Parameter, groups: float = 1.0) -> TapeTensor:
    """Olmo2RMSNorm, GptOssRMSNorm: `(weight * normal).to(input_dtype)`, so that what is multiplied is kept in fp32."""
    before = x.item
    normal = _normal(tape, x, groups)
    del x
    out = weighted(tape, weight, normal)
    del normal
    return cast(tape, out, before)


def gemma_norm(tape: Tape, x: TapeTensor, weight: Parameter, groups: float = 1.0) -> TapeTensor:
    """Gemma's: `(normal * (1 + weight.float())).type_as(x)`, the weight multiplied in fp32."""
    before = x.item
    normal = _normal(tape, x, groups)
    del x
    as_wide = Parameter(weight.count, 4, trained=weight.trained)
    out = weighted(tape, as_wide, normal)
    del normal
    return cast(tape, out, before)


def centered_norm(tape: Tape, x: TapeTensor, weight: Parameter, groups: float = 1.0) -> TapeTensor:
    """CohereLayerNorm: in fp32, the mean taken off once for the variance and once more for the result."""
    before = x.item
    wide = cast(tape, x, 4)
    root = mean_square_root(tape, scale(tape, wide), groups)
    normal = multiply(tape, scale(tape, wide), root)
    del wide, root, x
    out = weighted(tape, Parameter(weight.count, 4, trained=weight.trained), normal)
    del normal
    return cast(tape, out, before)


def layer_norm(tape: Tape, x: TapeTensor, weight: Parameter, *, narrow: bool = False) -> TapeTensor:
    """nn.LayerNorm: autocast runs it in fp32 and gives fp32; saves its input and two numbers a group. `narrow`: in 16
    bits, as NemotronLayerNorm1P has it, which turns autocast off.
    """
    wide = cast(tape, x, tape.half) if narrow else widened(tape, x)
    saves = tape.grad
    tape.pack(saves)
    out = tape.like(wide)
    statistics = tape.new(2, 4)
    held = (wide, statistics) if saves else None
    width, item = wide.width, wide.item

    def backward(g: TapeTensor) -> Gradients:
        made = tape.new(width, item)
        to_weight = tape.new(0.0, weight.item, weight.count) if weight.trained else None
        _ = held
        return [made, to_weight]

    tape.link([out], [wide, weight], backward)
    return out
