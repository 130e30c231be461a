"""The rules that know a death: each has pieces of what Axolotl says, or of what a run dies with."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from wizard.rules.catalogue import every_rule
from wizard.rules.registry import Rule

_LEAST, _LEAST_OF_A_WORD = 14, 18
"""Characters below which a piece alone, or one of a single word, is too little to know a death by."""
_ENDS_OF_ANY_PROGRAM = (
    "got an unexpected keyword argument",
    "Unexpected keyword arguments",
    "has no attribute",
)
_OF_ANY_PROGRAM = (
    "Target module",
    "object is not iterable",
    "object is not a mapping",
    "object has no attribute 'layers'",
    "list index out of range",
    "selected index k out of range",
    "Negative dimensions are not allowed",
    "number too small to fit in target type",
    "__len__() should return >= 0",
    "values to unpack",
    "required positional argument",
    "unsupported operand type(s)",
    "not supported between instances of",
    "can only concatenate str",
    "division by zero",
    "contained non-finite values",
    "could not convert string to float",
    "invalid literal for int() with base 10",
    "out of bounds for dimension 0",
    "'NoneType' object has no attribute",
    "must be Tensor, not str",
    "NotADirectoryError",
    "FileExistsError: [Errno 17] File exists",
)
"""What Python and torch say of any program: without a config in which the rule finds something it tells nothing."""


@cache
def _pieces() -> tuple[tuple[str, Rule], ...]:
    return tuple((piece, rule) for rule in every_rule() for piece in (*rule.crashes, *rule.quotes))


@cache
def _of_any(piece: str) -> bool:
    """Whether a piece is what many programs say, with at most a name before it or after it that does too."""
    return piece.endswith(_ENDS_OF_ANY_PROGRAM) or any(one in piece for one in _OF_ANY_PROGRAM)


def rules_that_know(message: str, speaking: Collection[str] = ()) -> tuple[Rule, ...]:
    """The rules whose words a message has: those that speak of the config first, then those with the longest words.

    `speaking`: the codes of rules that find something in the config; of these a short piece is enough.
    """
    found: dict[str, tuple[bool, int, Rule]] = {}
    for piece, rule in _pieces():
        if piece not in message:
            continue
        speaks = rule.code in speaking
        least = _LEAST if " " in piece else _LEAST_OF_A_WORD
        if not speaks and (len(piece) < least or _of_any(piece)):
            continue
        rank = (speaks, len(piece), rule)
        if rule.code not in found or rank[:2] > found[rule.code][:2]:
            found[rule.code] = rank
    ordered = sorted(found.values(), key=lambda one: (not one[0], -one[1], one[2].code))
    if not ordered:
        return ()
    speaks, longest = ordered[0][0], ordered[0][1]
    return tuple(rule for said, length, rule in ordered if said == speaks and (said or length == longest))
