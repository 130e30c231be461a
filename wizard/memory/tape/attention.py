"""Rotary embeddings and the attention kernels."""

from __future__ import annotations

from typing import NamedTuple

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
    key-value heads, expanded dk and dv. In fp32, which other kernels run in, dq is what is summed up in. Source:
    flash-attn 2.8 csrc/flash_attn/flash_api.cpp.
    """
    saves = tape.grad and any(map(needs_grad, (q, k, v)))
    out = tape.new(q.width, q.item)
    lse = tape.new(heads, 4)
    held = (q, k, v, out.storage, lse) if saves else None
    tape.pack(saves)
    widths = (q.width, k.width, v.width)
    rounded = 32 if head_dim <= 128 else 64
    accumulated, half = float(heads * (-(-head_dim // rounded) * rounded)), tape.half

    def backward(g: TapeTensor) -> Gradients:
        made = [tape.new(width, half) for width in widths]
        softmax_d = tape.new(heads, 4)
        accumulator = tape.new(accumulated if half != 4 else 0.0, 4)
        if kv_heads < heads:
            expanded_k = tape.new(widths[0], half)
            expanded_v = tape.new(widths[0], half)
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
    output, log-sum-exp and the mask in their dtype (`mask` elements a token, 0 without one).

    With a mask k and v are repeated for grouped heads (transformers `use_gqa_in_sdpa`); one head is seen several times
    without a copy.
    """
    saves = tape.grad and any(map(needs_grad, (q, k, v)))
    groups = heads / kv_heads
    whole, half = (q.width, k.width * groups, v.width * groups), tape.half
    repeated = [tape.new(width, half) for width in whole[1:]] if groups > 1 and kv_heads > 1 else [k, v]
    bias = tape.new(mask, half) if mask else None
    out = tape.new(whole[2], q.item)
    lse = tape.new(heads, 4)
    held = (q, *repeated, out.storage, lse, bias) if saves else None
    tape.pack(saves)
    widths = (q.width, k.width, v.width)

    def backward(g: TapeTensor) -> Gradients:
        made = [tape.new(width, half) for width in whole]
        sums = [tape.new(width, 4) for width in whole] if half != 4 else []
        delta = tape.new(heads, 4)
        del delta, sums
        _ = held
        return [one if one.width == width else tape.new(width, half) for one, width in zip(made, widths, strict=True)]

    tape.link([out], [q, k, v], backward)
    del q, k, v, repeated, lse, bias
    return out


class EagerForm(NamedTuple):
    """How scores are written out. `copied`: keys and values are, for grouped heads. `capped`: a soft cap, of which
    tanh's result is kept too (transformers 5.20 modeling_gemma2.py, `eager_attention_forward`). `drops`: some of them.
    `wide`: an fp32 mask makes them fp32. `turned_wide`: queries are fp32, so that the softmax stays in fp32 until its
    product.
    """

    copied: bool = False
    capped: bool = False
    drops: bool = False
    wide: bool = False
    turned_wide: bool = False


PLAIN = EagerForm()


def eager(
    tape: Tape, q: TapeTensor, k: TapeTensor, v: TapeTensor, heads: int, length: int, how: EagerForm = PLAIN
) -> TapeTensor:
    """`softmax(q @ k.T) @ v` with every score kept: the softmax in fp32 and, where they are not, in 16 bits. It is
    taken of an fp32 copy: without one it takes fp16 alone (torch 2.13 SoftMax.cpp, `softmax`). `length`: tokens of one
    sequence.
    """
    saves = tape.grad and any(map(needs_grad, (q, k, v)))
    scores, half = float(heads * length), tape.half
    repeated = [tape.new(q.width, half), tape.new(q.width, half)] if how.copied else [k, v]
    scaled, bent = _scaled(tape, scores, saves=saves, capped=how.capped)
    masked = [tape.new(scores, 4 if how.wide else half)]
    del scaled
    wide = cast(tape, masked[0], 4)
    softmax = [tape.new(scores, 4)]
    del wide
    if how.turned_wide:
        masked.clear()
    if half != softmax[0].item:
        softmax.append(tape.new(scores, half))
    del masked
    kept_mask = _dropping(tape, scores, softmax) if how.drops else []
    out = tape.new(v.width * q.width / k.width, half)
    final = tape.like(out)
    del out
    held = [q, *repeated] if saves else []
    if not saves:
        softmax.clear()
        kept_mask.clear()
    tape.pack(saves)
    widths = (q.width, k.width, v.width)

    def backward(g: TapeTensor) -> Gradients:
        arrived = [tape.new(scores, half)]
        del softmax[1:]  # the product with v is done
        if kept_mask:
            arrived.append(tape.new(scores, half))
            kept_mask.clear()
            del arrived[0]
        if half != 4:
            arrived.append(tape.new(scores, 4))
            del arrived[0]
        third = tape.new(scores, 4)
        softmax.clear()
        arrived.clear()
        fourth = tape.new(scores, half)
        del third, fourth
        bent.clear()
        _ = held
        return [tape.new(width, half) for width in widths]

    tape.link([final], [q, k, v], backward)
    del q, k, v, repeated
    return final


def _dropping(tape: Tape, scores: float, softmax: list[TapeTensor]) -> list[TapeTensor]:
    """What dropout keeps: a mask of a byte a score. Its result takes the last one's place in `softmax`."""
    mask = tape.new(scores, 1)
    dropped = tape.like(softmax[-1])
    if len(softmax) > 1:
        softmax.pop()
    softmax.append(dropped)
    return [mask]


def _scaled(tape: Tape, scores: float, *, saves: bool, capped: bool) -> tuple[TapeTensor, list[TapeTensor]]:
    """The scaled scores, and what a soft cap on them keeps: tanh's result."""
    product = tape.new(scores, tape.half)
    scaled = tape.like(product)
    del product
    if not capped:
        return scaled, []
    divided = tape.like(scaled)
    del scaled
    bent = tape.like(divided)
    del divided
    return tape.like(bent), [bent] if saves else []
