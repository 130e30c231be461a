"""Activation functions by their names in `hidden_act` (transformers 5.14 activations.py)."""

from __future__ import annotations

from wizard.memory.tape.engine import Gradients, Parameter, Tape, TapeTensor, needs_grad
from wizard.memory.tape.ops import activation, add, multiply, scale, weighted, widened

IN_PYTHON = frozenset({"gelu_new", "gelu_fast", "relu2", "xielu"})
"""Those of which autocast takes a step in fp32."""


def act(tape: Tape, x: TapeTensor, name: str, *, trained: bool = False) -> TapeTensor:
    """One kernel that saves its input for silu, gelu and the like; those written out in Python save what each of
    their steps does. `trained`: so are numbers of its own, where it has some.
    """
    if name in ("gelu_new", "gelu_fast"):
        return _gelu_new(tape, x)
    if name == "quick_gelu":
        return multiply(tape, x, keeps_result(tape, scale(tape, x)))  # x * sigmoid(1.702 * x)
    if name == "relu2":
        return _power(tape, keeps_result(tape, x))
    if name == "xielu":
        return _xielu(tape, x, Parameter(1.0, 4 if tape.autocasts else x.item, trained=trained))
    return activation(tape, x)


def keeps_result(tape: Tape, x: TapeTensor) -> TapeTensor:
    """relu, tanh: save their result."""
    return _keeps(tape, x, 1)


def _expm1(tape: Tape, x: TapeTensor) -> TapeTensor:
    """Saves its result; the backward makes that plus one beside the gradient."""
    return _keeps(tape, x, 2)


def _keeps(tape: Tape, x: TapeTensor, makes: int) -> TapeTensor:
    out = tape.like(x)
    keep = out.alias() if tape.grad and needs_grad(x) else None
    if keep is not None:
        keep.node = None
    tape.pack(keep is not None)

    def backward(g: TapeTensor) -> Gradients:
        made = [tape.like(g) for _ in range(makes)]
        _ = keep
        return [made.pop()]

    tape.link([out], [x], backward)
    return out


def _power(tape: Tape, x: TapeTensor) -> TapeTensor:
    """`x ** n`, which autocast takes in fp32: saves its input; the backward makes three tensors, one the gradient."""
    wide = widened(tape, x)
    keep = wide if tape.grad and needs_grad(wide) else None
    tape.pack(keep is not None)
    out = tape.like(wide)

    def backward(g: TapeTensor) -> Gradients:
        lower, doubled, made = tape.like(g), tape.like(g), tape.like(g)
        del lower, doubled
        _ = keep
        return [made]

    tape.link([out], [wide], backward)
    return out


def _gelu_new(tape: Tape, x: TapeTensor) -> TapeTensor:
    """`0.5 * x * (1 + tanh(c * (x + 0.044715 * x ** 3)))`: four tensors are kept."""
    half = scale(tape, x)
    bent = scale(tape, keeps_result(tape, scale(tape, add(tape, x, scale(tape, _power(tape, x))))))
    return multiply(tape, half, bent)


def _xielu(tape: Tape, x: TapeTensor, number: Parameter) -> TapeTensor:
    """`where(x > 0, a * x * x + b * x, (expm1(min(x, e)) - x) * c + b * x)`: fp32 from the first product on, since
    a and c come out of softplus, which autocast takes in fp32, as it does expm1. `number`: a and c.
    """
    mask = tape.new(x.width, 1)
    scaled = weighted(tape, number, x)
    right = add(tape, multiply(tape, scaled, x), scale(tape, x))
    del scaled
    low = _expm1(tape, widened(tape, scale(tape, x)))
    left = add(tape, weighted(tape, number, add(tape, low, x)), scale(tape, x))
    del low
    out = tape.like(right)
    item, width, kept = right.item, right.width, mask if tape.grad else None

    def backward(g: TapeTensor) -> Gradients:
        found = [tape.new(width, item), tape.new(width, item)]
        _ = kept
        return found

    tape.link([out], [right, left], backward)
    return out
