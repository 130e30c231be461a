"""Rotary embeddings and the attention kernels."""

from __future__ import annotations

from wizard.memory.tape.engine import Gradients, Tape, TapeTensor, needs_grad
from wizard.memory.tape.ops import add, cast


def rotary(tape: Tape, x: TapeTensor, share: float = 1.0, *, wide: bool = False) -> TapeTensor:
    """`x * cos + rotate_half(x) * sin`; cos and sin are shared by all layers and saved once for all.

    `share`: the part of the head that is rotated. `wide`: cos and sin are fp32, so that the result is.
    """
    rotated = _times(tape, x, wide=wide)
    half = _rotate_half(tape, x)
    turned = _times(tape, half, wide=wide)
    del half
    out = add(tape, rotated, turned)
    return cast(tape, out, x.item) if share < 1.0 else out


def _times(tape: Tape, x: TapeTensor, *, wide: bool) -> TapeTensor:
    """Times a tensor without history: saves only that one, which is shared."""
    tape.pack(tape.grad and needs_grad(x))
    out = tape.new(x.width, 4 if wide else x.item)
    item = x.item

    def backward(g: TapeTensor) -> Gradients:
        made = tape.new(g.width, g.item)
        if g.item == item:
            return [made]
        return [tape.new(g.width, item)]

    tape.link([out], [x], backward)
    return out


def _rotate_half(tape: Tape, x: TapeTensor) -> TapeTensor:
    """`cat(-x2, x1)`: half a copy for the negation; backward two whole ones, added in place."""
    negated = tape.new(x.width / 2, x.item)
    out = tape.like(x)
    del negated
    width, item = x.width, x.item

    def backward(g: TapeTensor) -> Gradients:
        negated = tape.new(width / 2, item)
        first = tape.new(width, item)
        del negated
        second = tape.new(width, item)
        del second
        return [first]

    tape.link([out], [x], backward)
    return out


def contiguous(tape: Tape, x: TapeTensor) -> TapeTensor:
    """A transposed view: free forward, a copy of the gradient backward where it isn't laid out for a product."""
    out = x.alias()
    tape.link([out], [x], lambda g: [tape.like(g)])
    return out


def flash(
    tape: Tape, q: TapeTensor, k: TapeTensor, v: TapeTensor, heads: int, kv_heads: int, head_dim: int
) -> TapeTensor:
    """FlashAttention-2: saves q, k, v, the output and one fp32 log-sum-exp a head.

    The backward makes the three gradients, softmax_d, dq in fp32 (head size rounded up) and, with fewer
    key-value heads, expanded dk and dv. Source: flash-attn 2.8 csrc/flash_attn/flash_api.cpp.
    """
    saves = tape.grad and any(map(needs_grad, (q, k, v)))
    out = tape.new(q.width, q.item)
    lse = tape.new(heads, 4)
    held = (q, k, v, out.storage, lse) if saves else None
    tape.pack(saves)
    widths = (q.width, k.width, v.width)
    rounded = 32 if head_dim <= 128 else 64
    accumulated = heads * (-(-head_dim // rounded) * rounded)

    def backward(g: TapeTensor) -> Gradients:
        made = [tape.new(width, 2) for width in widths]
        softmax_d = tape.new(heads, 4)
        accumulator = tape.new(accumulated, 4)
        if kv_heads < heads:
            expanded_k = tape.new(widths[0], 2)
            expanded_v = tape.new(widths[0], 2)
            del expanded_v, expanded_k
        del softmax_d, accumulator
        _ = held
        return made

    tape.link([out], [q, k, v], backward)
    del q, k, v, lse
    return out


def efficient(
    tape: Tape, q: TapeTensor, k: TapeTensor, v: TapeTensor, heads: int, kv_heads: int, mask: float
) -> TapeTensor:
    """PyTorch's memory-efficient kernel, which sdpa takes for a mask and for heads over 256: saves q, k, v, the
    output, log-sum-exp and the mask in 16 bits (`mask` elements a token, 0 without one).

    With a mask k and v are repeated for grouped heads (transformers `use_gqa_in_sdpa`).
    """
    saves = tape.grad and any(map(needs_grad, (q, k, v)))
    groups = heads / kv_heads
    whole = (q.width, k.width * groups, v.width * groups)
    repeated = [tape.new(width, 2) for width in whole[1:]] if groups > 1 else [k, v]
    bias = tape.new(mask, 2) if mask else None
    out = tape.new(whole[2], q.item)
    lse = tape.new(heads, 4)
    held = (q, *repeated, out.storage, lse, bias) if saves else None
    tape.pack(saves)
    widths = (q.width, k.width, v.width)

    def backward(g: TapeTensor) -> Gradients:
        made = [tape.new(width, 2) for width in whole]
        sums = [tape.new(width, 4) for width in whole]
        delta = tape.new(heads, 4)
        del delta, sums
        _ = held
        return [one if one.width == width else tape.new(width, 2) for one, width in zip(made, widths, strict=True)]

    tape.link([out], [q, k, v], backward)
    del q, k, v, repeated, lse, bias
    return out


def eager(
    tape: Tape, q: TapeTensor, k: TapeTensor, v: TapeTensor, heads: int, kv_heads: int, length: int
) -> TapeTensor:
    """`softmax(q @ k.T) @ v` with every score kept: 2 bytes, and the softmax in fp32 and 16 bits.

    k and v are repeated for grouped heads. `length`: tokens of one sequence.
    """
    saves = tape.grad and any(map(needs_grad, (q, k, v)))
    scores = float(heads * length)
    repeated = [tape.new(q.width, 2), tape.new(q.width, 2)] if kv_heads < heads else [k, v]
    product = tape.new(scores, 2)
    scaled = tape.new(scores, 2)
    del product
    masked = tape.new(scores, 2)
    del scaled
    wide = tape.new(scores, 4)
    del masked
    narrow = tape.new(scores, 2)
    out = tape.new(v.width * heads / kv_heads, 2)
    final = tape.like(out)
    del out
    held = [q, *repeated] if saves else []
    softmax = [wide, narrow] if saves else []
    tape.pack(saves)
    widths = (q.width, k.width, v.width)

    def backward(g: TapeTensor) -> Gradients:
        first = tape.new(scores, 2)
        if softmax:
            del softmax[1]  # the product with v is done
        second = tape.new(scores, 4)
        del first
        third = tape.new(scores, 4)
        softmax.clear()
        del second
        fourth = tape.new(scores, 2)
        del third, fourth
        _ = held
        return [tape.new(width, 2) for width in widths]

    tape.link([final], [q, k, v], backward)
    del q, k, v, repeated, wide, narrow
    return final
