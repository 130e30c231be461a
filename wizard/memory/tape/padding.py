"""Tensors made wider, narrower, or put together out of parts."""

from __future__ import annotations

from wizard.memory.tape.engine import Gradients, Tape, TapeTensor


def pad(tape: Tape, x: TapeTensor, width: float) -> TapeTensor:
    """`F.pad` with zeros: a new tensor; the gradient is cut and copied."""
    out = tape.new(width, x.item)
    before = x.width
    tape.link([out], [x], lambda g: [tape.new(before, g.item)])
    return out


def crop(tape: Tape, x: TapeTensor, width: float) -> TapeTensor:
    """`x[..., :n]` and the copy that makes it contiguous; backward a whole tensor of zeros with the part filled in."""
    out = tape.new(width, x.item)
    before = x.width
    tape.link([out], [x], lambda g: [tape.new(before, g.item)])
    return out


def join(tape: Tape, parts: tuple[TapeTensor, ...]) -> TapeTensor:
    """`torch.cat`: a new tensor; the gradients are views of its own."""
    widths = [part.width for part in parts]
    out = tape.new(sum(widths), max(part.item for part in parts))

    def backward(g: TapeTensor) -> Gradients:
        found = [g.alias(width) for width in widths]
        for one in found:
            one.node = None
        return found

    tape.link([out], parts, backward)
    return out


def filled(tape: Tape, first: TapeTensor, shared: TapeTensor, times: int) -> TapeTensor:
    """An empty tensor into which `first` is copied, then `shared`, which all heads have, `times` over.

    Each copy's backward makes the whole gradient anew and its part beside it (torch 2.13
    csrc/autograd/functions/tensor.cpp, `CopySlices::apply`); what is shared is summed.
    """
    own, part, item = first.width, shared.width, first.item
    whole = own + times * part
    begun = tape.new(whole, item)
    tape.link([begun], [first], lambda g: [_copied(tape, whole, own, g.item)])
    out = begun.alias()
    out.node = None

    def backward(g: TapeTensor) -> Gradients:
        rest = tape.new(whole, g.item)
        many = tape.new(times * part, g.item)
        summed = tape.new(part, g.item)
        del many
        return [rest, summed]

    tape.link([out], [begun, shared], backward)
    return out


def _copied(tape: Tape, whole: float, part: float, item: int) -> TapeTensor:
    rest = tape.new(whole, item)
    found = tape.new(part, item)
    del rest
    return found
