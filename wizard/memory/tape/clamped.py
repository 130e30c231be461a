"""GPT-OSS' mixture of experts: biases, and a gate that is clamped and written out in Python."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.memory.tape.acts import keeps_result
from wizard.memory.tape.engine import Gradients, Parameter, Source, Tape, TapeTensor, needs_grad
from wizard.memory.tape.ops import anew, cast, multiply, scale, slices, widened
from wizard.memory.tape.stacks import Stack


@dataclass(frozen=True)
class ClampedExperts:
    """Each token visits `active` of `count` experts of `width` through grouped products, with a bias a row.

    Source: transformers 5.20.1 integrations/moe.py, `grouped_mm_experts_forward`; models/gpt_oss/modeling_gpt_oss.py,
    `_apply_gate`. What that function names lives as long as it runs: the gathered rows, the chosen biases.
    """

    count: int
    active: int
    width: float
    gate_up: Stack
    down: Stack
    router: Parameter

    def __call__(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """Its output."""
        k, h, half, item = self.active, x.width, tape.half, self.gate_up.item
        scores = self._route(tape, x)
        rows = gather(tape, x, k)
        entered = cast(tape, rows, item)
        bias = tape.new(2 * k * self.width, item)
        both = grouped(tape, entered, self.gate_up, 2 * k * self.width)
        del entered
        gated = self._gate(tape, both)
        del both
        lower_bias = tape.new(k * h, item)
        del bias
        lowered = grouped(tape, gated, self.down, k * h)
        del gated
        weighed = multiply(tape, lowered, scores)
        back = shuffled(tape, weighed)
        del weighed
        wide = widened(tape, back)  # autocast sums in fp32
        summed = total(tape, wide, h)
        del wide, back, lowered, rows, lower_bias, scores
        return cast(tape, summed, half)

    def _route(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """The weights of the experts that each token visits."""
        logits = tape.new(self.count, tape.half)
        scores = tape.new(self.active, tape.half)
        kept = [scores.alias(), tape.new(2 * self.active, 8)] if tape.grad and needs_grad(x) else []
        tape.pack(bool(kept))
        del logits
        trained, item, count = self.router.trained, self.router.item, self.router.count
        width, half = x.width, x.item

        def backward(g: TapeTensor) -> Gradients:
            kept.clear()
            return [tape.new(width, half), tape.new(0.0, item, count) if trained else None]

        for one in kept:
            one.node = None
        tape.link([scores], [x, self.router], backward)
        return scores

    def _gate(self, tape: Tape, both: TapeTensor) -> TapeTensor:
        """`(clamp(up) + 1) * clamp(gate) * sigmoid(alpha * clamp(gate))`."""
        half = both.width / 2
        first, second = slices(tape, both, (half, half))
        gate = clamp(tape, first)
        up = clamp(tape, second)
        del first, second
        glu = multiply(tape, gate, keeps_result(tape, scale(tape, gate)))
        return multiply(tape, anew(tape, up), glu)


def clamp(tape: Tape, x: TapeTensor) -> TapeTensor:
    """Saves its input, or the tensor that this is a view of."""
    keep = x.alias() if tape.grad and needs_grad(x) else None
    if keep is not None:
        keep.node = None
    tape.pack(keep is not None)
    out = tape.like(x)

    def backward(g: TapeTensor) -> Gradients:
        made = tape.like(g)
        _ = keep
        return [made]

    tape.link([out], [x], backward)
    return out


def gather(tape: Tape, x: TapeTensor, times: int) -> TapeTensor:
    """Every row `times` times, by index; the backward adds them up in place."""
    width, item = x.width, x.item
    out = tape.new(times * width, item)
    tape.link([out], [x], lambda g: [tape.new(width, item)])
    return out


def shuffled(tape: Tape, x: TapeTensor) -> TapeTensor:
    """The rows in another order, by index."""
    out = tape.like(x)
    tape.link([out], [x], lambda g: [tape.like(g)])
    return out


def total(tape: Tape, x: TapeTensor, width: float) -> TapeTensor:
    """Rows added up; the gradient is spread without a copy."""
    whole, item = x.width, x.item
    out = tape.new(width, item)

    def backward(g: TapeTensor) -> Gradients:
        spread = g.alias(whole)
        spread.node = None
        return [spread]

    tape.link([out], [x], backward)
    return out


def grouped(tape: Tape, x: TapeTensor, stack: Stack, width: float) -> TapeTensor:
    """A grouped product: saves x where the stack is trained."""
    read = stack.read(tape)
    source: Source = read if read is not None and read.node is not None else stack.weight
    keep = x if tape.grad and stack.trained else None
    tape.pack(keep is not None or (tape.grad and needs_grad(x)))
    out = tape.new(width, stack.item)
    held = read if tape.grad else None
    in_width, in_item, flows = x.width, x.item, needs_grad(x)

    def backward(g: TapeTensor) -> Gradients:
        to_x = tape.new(in_width, in_item) if flows else None
        to_weight = stack.gradient(tape) if keep is not None else None
        _ = held
        return [to_x, to_weight]

    tape.link([out], [x, source], backward)
    return out
