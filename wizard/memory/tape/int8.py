"""bitsandbytes' 8-bit matrix product."""

from __future__ import annotations

from wizard.memory.tape.engine import Gradients, Tape, TapeTensor, needs_grad

OUTLIERS = 16
"""Columns with a value over the threshold, multiplied in 16 bits. Models have a few; the number hardly matters."""


def product8(tape: Tape, x: TapeTensor, weight: float, outputs: float, *, outliers: bool = True) -> TapeTensor:
    """`MatMul8bitLt` (bitsandbytes 0.49): `weight` int8 elements, `outputs` a token.

    Keeps its input as an attribute of the node. The backward makes the whole weight in 16 bits. Outliers are added by
    `addmm`, which autocast runs in 16 bits whatever comes in (backends/default/ops.py, `int8_mixed_scaled_mm`).
    """
    flows = needs_grad(x) or tape.keeps_attributes
    values = _quantized(tape, x)
    columns = OUTLIERS if outliers else 0
    few = tape.new(columns, x.item)
    rows = tape.new(0.0, x.item, columns * outputs)
    whole = tape.new(outputs, 4)
    half = tape.new(outputs, 2)
    result = tape.new(outputs, x.item)
    del whole, half
    item = tape.half if outliers and tape.autocasts else x.item
    added = tape.new(outputs, item) if item != x.item else result
    out = tape.new(outputs, item) if outliers else result
    del added, result, rows, values
    if flows and (tape.grad or tape.keeps_attributes):
        tape.attributes += [x, few]
    in_width, in_item = x.width, x.item

    def backward(g: TapeTensor) -> Gradients:
        full = tape.new(0.0, in_item, weight)
        made = tape.new(in_width, in_item)
        del full
        made.view = True
        return [made]

    tape.link([out], [x], backward)
    return out


def _quantized(tape: Tape, x: TapeTensor) -> TapeTensor:
    """int8 values and a scale a token, out of an fp16 copy that is searched for outliers."""
    copy = tape.new(x.width, 2)
    values = tape.new(x.width + 4, 1)
    absolute = tape.new(x.width, 2)
    found = tape.new(x.width, 1)
    del absolute, found, copy
    return values
