"""What stands around a layer's parts: norms, factors, dropout."""

from __future__ import annotations

from wizard.domain.model import Factors, NormPlace
from wizard.memory.tape.checkpoint import Forward
from wizard.memory.tape.engine import Tape, TapeTensor
from wizard.memory.tape.ops import dropout, scale


def around(tape: Tape, x: TapeTensor, norm: Forward, part: Forward, place: NormPlace) -> TapeTensor:
    """A part with its norms before it, after it, or both."""
    if place == "post":
        return norm(tape, part(tape, x))
    if place == "sandwich":
        return norm(tape, part(tape, norm(tape, x)))
    return part(tape, norm(tape, x))


def multiplied(part: Forward, where: Factors) -> Forward:
    """A part between its factors (modeling_falcon_h1.py, whose feed-forward's first is inside), or before its one."""
    if where == "behind":
        return lambda tape, x: scale(tape, part(tape, x))
    return lambda tape, x: scale(tape, part(tape, scale(tape, x)))


def dropped(part: Forward) -> Forward:
    """A part of whose result training drops something (modeling_seed_oss.py, `residual_dropout`)."""
    return lambda tape, x: dropout(tape, part(tape, x))
