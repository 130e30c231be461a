"""DoRA: the adapter's output scaled by a trained magnitude over the norm of the merged weight."""

from __future__ import annotations

from wizard.memory.tape.engine import Parameter, Tape, TapeTensor
from wizard.memory.tape.ops import add, cast, cast_weight, dropout, multiply, product, scale


def dora(
    tape: Tape, wide: TapeTensor, result: TapeTensor, a: Parameter, b: Parameter, *, drops: bool, dequantized: float
) -> TapeTensor:
    """PEFT's `DoraLinearLayer.forward` (0.19) on an fp32 input `wide`, added to the layer's `result`: in fp32.

    The norm is taken of the whole merged weight in fp32; the adapter's product is found by sending a unit matrix
    through it. With dropout the base layer runs a second time on the dropped input.
    """
    rank = a.count / wide.width
    inputs, outputs = wide.width, b.count / rank
    dropped = dropout(tape, wide) if drops else wide
    held = _norm(tape, inputs, outputs, dequantized)
    magnitude = tape.new(0.0, 4, outputs)
    tape.link([magnitude], [Parameter(outputs, 4, trained=True)], lambda g: [tape.new(0.0, 4, outputs)])
    low = product(tape, cast(tape, dropped, tape.half), cast_weight(tape, a, tape.half), rank)
    raised = product(tape, low, cast_weight(tape, b, tape.half), outputs)
    del low
    base = result
    if drops:
        copy = tape.new(0.0, tape.half, inputs * outputs)  # of a fp32 copy, so autocast does not keep it
        base = product(tape, cast(tape, dropped, tape.half), copy, outputs)
        del copy
    kept = multiply(tape, magnitude, base)
    moved = scale(tape, multiply(tape, magnitude, raised))
    del raised, base, magnitude
    both = add(tape, kept, moved)
    del kept, moved, held
    return add(tape, result, both)


def _norm(tape: Tape, inputs: float, outputs: float, dequantized: float) -> list[TapeTensor]:
    """What lives to the end of the layer's forward: the unit matrix, the adapter's product and the weight."""
    whole = inputs * outputs
    unit = tape.new(0.0, 4, inputs * inputs)
    narrow = tape.new(0.0, tape.half, inputs * inputs)
    half = tape.new(0.0, tape.half, whole)
    del unit
    adapter = tape.new(0.0, 4, whole)
    del half
    full = tape.new(0.0, 1, dequantized) if dequantized else None
    weight = tape.new(0.0, 4, whole)
    del full
    scaled = tape.new(0.0, 4, whole)
    merged = tape.new(0.0, 4, whole)
    del scaled, merged
    return [narrow, adapter, weight]
