"""Short convolutions over the tokens, and the layer that has one between two gates."""

from __future__ import annotations

from wizard.memory.tape.builder import Builder
from wizard.memory.tape.engine import Gradients, Parameter, Tape, TapeTensor, needs_grad
from wizard.memory.tape.ops import chunks, multiply


class ShortConvolution:
    """`out_proj(C * conv(B * x))`, B, C and x of one projection (transformers 5.20 modeling_lfm2.py)."""

    def __init__(self, build: Builder) -> None:
        width = float(build.block.mixer_width)
        self.width = width
        self.enter = build.linear(3 * width, build.model.hidden, "conv.in_proj")
        self.weight = Parameter(3 * width, build.item, trained=build.trained)
        self.leave = build.linear(build.model.hidden, width, "conv.out_proj")

    def __call__(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """Its output."""
        before, after, inner = chunks(tape, self.enter(tape, x), (self.width, self.width, self.width))
        made = convolved(tape, multiply(tape, before, inner), self.weight)
        return self.leave(tape, multiply(tape, after, made))


def convolved(tape: Tape, x: TapeTensor, weight: Parameter) -> TapeTensor:
    """`F.conv1d` over the tokens: keeps its input; the backward makes the input's gradient, and the weight's."""
    keep = x if tape.grad and (needs_grad(x) or weight.trained) else None
    tape.pack(keep is not None)
    out = tape.like(x)

    def backward(g: TapeTensor) -> Gradients:
        whole = tape.like(g)  # the slice's
        made = tape.like(g)
        del whole
        to_weight = tape.new(0.0, weight.item, weight.count) if weight.trained else None
        _ = keep
        return [made, to_weight]

    tape.link([out], [x, weight], backward)
    return out


def causally_convolved(tape: Tape, x: TapeTensor, weight: Parameter, *, ordered: bool = True) -> TapeTensor:
    """causal-conv1d 1.6.1 with the activation in it: saves its input. `ordered`: what comes back for it is in order
    already, of which else a copy is made.
    """
    keep = x if tape.grad and (needs_grad(x) or weight.trained) else None
    tape.pack(keep is not None)
    width = x.width
    out = tape.new(width, tape.half)

    def backward(g: TapeTensor) -> Gradients:
        copy = None if ordered else tape.new(width, tape.half)
        made, to_weight = tape.new(width, tape.half), tape.new(0.0, 4, weight.count)
        _ = keep, copy
        return [made, to_weight if weight.trained else None]

    tape.link([out], [x, weight], backward)
    return out
