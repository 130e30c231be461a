"""The operations that layers are made of, each with what it saves and what its backward makes.

Source: torch 2.13 derivatives.yaml; orders as logged on the real modules by benchmarks/truth.
"""

from __future__ import annotations

from wizard.memory.tape.engine import Gradients, Node, Parameter, Source, Tape, TapeTensor, needs_grad


def source(tape: Tape, tensor: TapeTensor) -> TapeTensor:
    """Make `tensor` an input whose gradient is wanted; it is handed back at the end of the backward."""
    tape.number += 1
    tensor.node = Node(tape.number, (), lambda g: [g], 1)
    return tensor


def cast(tape: Tape, x: TapeTensor, item: int) -> TapeTensor:
    """`x.to(dtype)`: a copy where the dtype differs. Saves nothing."""
    if x.item == item:
        return x
    before = x.item
    out = tape.new(x.width, item, x.count)
    tape.link([out], [x], lambda g: [tape.new(g.width, before, g.count)])
    return out


def widened(tape: Tape, x: TapeTensor) -> TapeTensor:
    """What autocast takes in fp32; without autocast as it comes."""
    return cast(tape, x, 4) if tape.autocasts else x


def cast_weight(tape: Tape, weight: Parameter, item: int) -> Source:
    """A weight in the compute dtype: itself, or autocast's copy, which is kept until autocast ends where it is trained
    (torch 2.13 aten/src/ATen/autocast_mode.cpp `cached_cast`: leaves that require gradients).
    """
    if weight.item == item:
        return weight
    if not weight.trained:
        return tape.new(0.0, item, weight.count)
    if weight not in tape.casts:
        before = weight.item
        copy = tape.new(0.0, item, weight.count)
        tape.link([copy], [weight], lambda g: [tape.new(0.0, before, g.count)])
        tape.casts[weight] = copy
    return tape.casts[weight]


def add(tape: Tape, a: TapeTensor, b: TapeTensor) -> TapeTensor:
    """Saves nothing; both inputs get the same gradient, which none of them owns."""
    out = tape.like(a if a.item >= b.item else b)
    items = (a.item, b.item)

    def backward(g: TapeTensor) -> Gradients:
        shared = g.alias()
        shared.node = None
        return [shared if item == g.item else tape.new(g.width, item) for item in items]

    tape.link([out], [a, b], backward)
    return out


def multiply(tape: Tape, a: TapeTensor, b: TapeTensor) -> TapeTensor:
    """Saves each factor whose partner needs a gradient. The narrower may be broadcast over the wider.

    Both gradients are as wide as the product first; the engine then sums that of one which was broadcast, and turns it
    to the factor's dtype (torch 2.13 autograd/engine.cpp, `validate_outputs`).
    """
    keep_a = a if tape.grad and needs_grad(b) else None
    keep_b = b if tape.grad and needs_grad(a) else None
    tape.pack(keep_a is not None or keep_b is not None)
    wide = a if a.width >= b.width else b
    out = tape.new(wide.width, max(a.item, b.item))
    sizes = ((keep_b is not None, a.width, a.item), (keep_a is not None, b.width, b.item))
    held = (keep_a, keep_b)

    def backward(g: TapeTensor) -> Gradients:
        found = [tape.new(g.width, max(g.item, item)) if wanted else None for wanted, _, item in sizes]
        for place, (_, width, item) in enumerate(sizes):
            one = found[place]
            if one is not None and (width != g.width or item != one.item):
                found[place] = tape.new(width, item)
        _ = held
        return found

    tape.link([out], [a, b], backward)
    return out


def scale(tape: Tape, x: TapeTensor) -> TapeTensor:
    """Times a number: a copy forward and one backward."""
    out = tape.like(x)
    tape.link([out], [x], lambda g: [tape.like(g)])
    return out


def weighted(tape: Tape, weight: Parameter, x: TapeTensor) -> TapeTensor:
    """A norm's weight times its normalized input; keeps the input where the weight is trained."""
    flows = needs_grad(x)
    keep = x if tape.grad and weight.trained else None
    tape.pack(keep is not None or (tape.grad and flows))
    out = tape.new(x.width, max(x.item, weight.item))
    item = x.item

    def backward(g: TapeTensor) -> Gradients:
        to_x = tape.new(g.width, item) if flows else None
        if keep is None:
            return [None, to_x]
        whole = tape.like(g)
        to_weight = tape.new(0.0, weight.item, weight.count)
        del whole
        return [to_weight, to_x]

    tape.link([out], [weight, x], backward)
    return out


def product(tape: Tape, x: TapeTensor, weight: Source, width: float, *, transient: float = 0.0) -> TapeTensor:
    """`x @ weight.T` with `width` outputs a token: saves x where the weight needs a gradient.

    `transient`: bytes made for the product and freed after it (a dequantized weight).
    """
    flows = needs_grad(x)
    keep = x if tape.grad and needs_grad(weight) else None
    tape.pack(keep is not None or (tape.grad and flows))
    workspace = tape.new(0.0, 1, transient) if transient else None
    out = tape.new(width, x.item)
    del workspace
    in_width, in_item, count, item = x.width, x.item, weight.count, weight.item
    held = weight if isinstance(weight, TapeTensor) else None

    def backward(g: TapeTensor) -> Gradients:
        to_weight = tape.new(0.0, item, count) if keep is not None else None
        to_x = None
        if flows:
            workspace = tape.new(0.0, 1, transient) if transient else None
            to_x = tape.new(in_width, in_item)
            to_x.view = True
            del workspace
        if to_weight is not None:
            to_weight.view = True
        _ = held
        return [to_x, to_weight]

    tape.link([out], [x, weight], backward)
    return out


def activation(tape: Tape, x: TapeTensor) -> TapeTensor:
    """silu, gelu: saves its input."""
    keep = x if tape.grad and needs_grad(x) else None
    tape.pack(keep is not None)
    out = tape.like(x)

    def backward(g: TapeTensor) -> Gradients:
        made = tape.like(g)
        _ = keep
        return [made]

    tape.link([out], [x], backward)
    return out


def dropout(tape: Tape, x: TapeTensor) -> TapeTensor:
    """CUDA's native dropout: the result, and a mask of one byte an element that is kept."""
    out = tape.like(x)
    mask = tape.new(x.width, 1)
    keep = mask if tape.grad and needs_grad(x) else None
    tape.pack(keep is not None)
    del mask

    def backward(g: TapeTensor) -> Gradients:
        made = tape.like(g)
        _ = keep
        return [made]

    tape.link([out], [x], backward)
    return out


def slices(tape: Tape, x: TapeTensor, widths: tuple[float, ...]) -> list[TapeTensor]:
    """`x[..., a:b]` each: views; every one's backward makes a whole tensor of zeros with its part filled in."""
    parts = []
    whole, item = x.width, x.item
    for width in widths:
        part = x.alias(width)
        tape.link([part], [x], lambda g: [tape.new(whole, item)])
        parts.append(part)
    return parts


def chunks(tape: Tape, x: TapeTensor, widths: tuple[float, ...]) -> list[TapeTensor]:
    """`x.chunk()`: views of one node; its backward puts the gradients together in one new tensor."""
    whole, item = x.width, x.item
    parts = [x.alias(width) for width in widths]
    tape.link(parts, [x], lambda *g: [tape.new(whole, item)])
    return parts


def anew(tape: Tape, x: TapeTensor) -> TapeTensor:
    """A copy (`contiguous()`, `reshape` of a view that can't be one), or plus a number: saves nothing, and its gradient
    is the one that came in.
    """
    out = tape.like(x)

    def backward(g: TapeTensor) -> Gradients:
        shared = g.alias()
        shared.node = None
        return [shared]

    tape.link([out], [x], backward)
    return out
