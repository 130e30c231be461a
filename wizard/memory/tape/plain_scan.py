"""Mamba 2's scan over chunks as transformers writes it, without mamba-ssm: chunk x chunk products of every head.

Source: transformers 5.20.1 modeling_granitemoehybrid.py, `mamba2_chunk_scan` and `segment_sum`, line by line. Those of
Falcon-H1 and Nemotron-H are the same. Under autocast `einsum`'s products are in 16 bits, all else in fp32.
"""

from __future__ import annotations

from wizard.memory.tape.acts import keeps_result
from wizard.memory.tape.engine import Gradients, Tape, TapeTensor, needs_grad
from wizard.memory.tape.ops import activation, add, anew, cast, multiply
from wizard.memory.tape.scan import Scan


def plain_scan(tape: Tape, scan: Scan, inputs: tuple[TapeTensor, ...]) -> TapeTensor:
    """Of x, dt, B and C: fp32 of the inner stream."""
    x, step, b, c = inputs
    del inputs
    step = _clamped(tape, activation(tape, cast(tape, anew(tape, step), 4)))
    x, b, c = cast(tape, x, 4), _repeated(tape, b, scan), _repeated(tape, c, scan)
    skipped = anew(tape, anew(tape, x))  # D times a padded copy
    x = anew(tape, multiply(tape, x, step))
    decay = anew(tape, anew(tape, step))
    del step
    b, c = anew(tape, b), anew(tape, c)
    summed = _cumsum(tape, decay)
    mask = keeps_result(tape, _segments(tape, decay, scan.chunk))
    scores = _einsum(tape, c, b, scan.heads * scan.chunk)
    weighted = multiply(tape, scores, mask)
    within = _einsum(tape, weighted, x, scan.inner, copies=False)
    ends = keeps_result(tape, anew(tape, summed))
    faded = multiply(tape, b, ends)
    states = anew(tape, _einsum(tape, faded, x, scan.states))
    states = _passed(tape, states)
    grown = keeps_result(tape, summed)
    read = _einsum(tape, c, states, scan.inner)
    across = multiply(tape, read, grown)
    out = anew(tape, add(tape, within, across))
    _ = b, c, x, decay, mask, scores, weighted, ends, faded, states
    return add(tape, out, skipped)


def _passed(tape: Tape, states: TapeTensor) -> TapeTensor:
    """From chunk to chunk: a product with their decays, which keeps them."""
    held = [anew(tape, states)] if tape.grad and needs_grad(states) else []
    tape.pack(bool(held))
    out = tape.like(states)

    def backward(g: TapeTensor) -> Gradients:
        made = tape.like(g)
        held.clear()
        return [made]

    tape.link([out], [states], backward)
    return out


def _clamped(tape: Tape, x: TapeTensor) -> TapeTensor:
    """`clamp`: saves its input."""
    return activation(tape, x)


def _repeated(tape: Tape, x: TapeTensor, scan: Scan) -> TapeTensor:
    """B or C in fp32 for every head; the gradient is summed over a group's heads."""
    wide = cast(tape, x, 4)
    out = tape.new(scan.heads * scan.state, 4)
    width = wide.width
    tape.link([out], [wide], lambda g: [tape.new(width, g.item)])
    return out


def _cumsum(tape: Tape, x: TapeTensor) -> TapeTensor:
    """A running sum; backward the same from the other end, turned round twice."""
    out = tape.like(x)

    def backward(g: TapeTensor) -> Gradients:
        turned = tape.like(g)
        summed = tape.like(g)
        del turned
        found = tape.like(g)
        del summed
        return [found]

    tape.link([out], [x], backward)
    return out


def _segments(tape: Tape, x: TapeTensor, chunk: float) -> TapeTensor:
    """`segment_sum`: the sum of the decays between every two tokens of a chunk."""
    width = x.width
    wide = tape.new(width * chunk, 4)
    tape.link([wide], [x], lambda g: [_summed(tape, g, width)])
    sums = _cumsum(tape, wide)
    out = anew(tape, sums)

    def backward(g: TapeTensor) -> Gradients:
        return [tape.like(g)]

    tape.link([out], [sums], backward)
    return out


def _summed(tape: Tape, g: TapeTensor, width: float) -> TapeTensor:
    """`masked_fill`'s gradient, then `expand`'s."""
    whole = tape.like(g)
    found = tape.new(width, 4)
    del whole
    return found


def _einsum(tape: Tape, a: TapeTensor, b: TapeTensor, width: float, *, copies: bool = True) -> TapeTensor:
    """A product of both: each is put in order, then cast. `copies`: the first is not in order yet."""
    wide = (anew(tape, a) if copies else a, anew(tape, b))
    first, second = (cast(tape, one, tape.half) for one in wide)
    saves = tape.grad and (needs_grad(first) or needs_grad(second))
    tape.pack(saves)
    held = [first, second] if saves else []
    sizes = (first.width, second.width)
    out = tape.new(width, tape.half)
    del wide

    def backward(g: TapeTensor) -> Gradients:
        found = [tape.new(one, tape.half) for one in sizes]
        held.clear()
        return found

    tape.link([out], [first, second], backward)
    return out
