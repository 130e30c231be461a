"""Liger's kernels for norms and gated activations (liger-kernel 0.6, ops/rms_norm.py and ops/swiglu.py)."""

from __future__ import annotations

from wizard.memory.tape.engine import Gradients, Parameter, Tape, TapeTensor, needs_grad

PROCESSORS = 132
"""Streaming multiprocessors of an H100: each sums its share of the weight's gradient in a row of its own."""


def liger_norm(tape: Tape, x: TapeTensor, weight: Parameter, groups: float = 1.0) -> TapeTensor:
    """Saves its input and one fp32 number a group; the backward writes over the gradient that comes in."""
    saves = tape.grad and (needs_grad(x) or weight.trained)
    tape.pack(saves)
    out = tape.like(x)
    root = tape.new(groups, 4)
    held = (x, root) if saves else None

    def backward(g: TapeTensor) -> Gradients:
        partial = tape.new(0.0, 4, PROCESSORS * weight.count)
        to_weight = tape.new(0.0, weight.item, weight.count) if weight.trained else None
        del partial
        _ = held
        return [g, to_weight]

    tape.link([out], [x, weight], backward)
    del root, x
    return out


def liger_glu(tape: Tape, gate: TapeTensor, up: TapeTensor) -> TapeTensor:
    """`act(gate) * up`: saves both; the backward writes both gradients over them."""
    saves = tape.grad and (needs_grad(gate) or needs_grad(up))
    tape.pack(saves)
    out = tape.like(gate)
    held = (gate, up) if saves else None
    tape.link([out], [gate, up], lambda g: [_bare(one) for one in held or ()])
    del gate, up
    return out


def _bare(tensor: TapeTensor) -> TapeTensor:
    """The same storage without history."""
    return TapeTensor(tensor.storage, tensor.width, tensor.count, tensor.item)
