"""The rules that know a death: each has pieces of what Axolotl says, or of what a run dies with."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from wizard.rules.catalogue import every_rule
from wizard.rules.registry import Rule

_LEAST, _LEAST_OF_A_WORD = 14, 18
"""Characters below which a piece alone, or one of a single word, is too little to know a death by."""
_OF_ANY_PROGRAM = (
    "got an unexpected keyword argument",
    "Unexpected keyword arguments",
    "has no attribute",
    "Target module",
    "division by zero",
    "contained non-finite values",
    "object has no attribute 'layers'",
)


@cache
def _pieces() -> tuple[tuple[str, Rule], ...]:
    return tuple((piece, rule) for rule in every_rule() for piece in (*rule.crashes, *rule.quotes))


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
        if not speaks and (len(piece) < least or piece.endswith(_OF_ANY_PROGRAM)):
            continue
        rank = (speaks, len(piece), rule)
        if rule.code not in found or rank[:2] > found[rule.code][:2]:
            found[rule.code] = rank
    ordered = sorted(found.values(), key=lambda one: (not one[0], -one[1], one[2].code))
    if not ordered:
        return ()
    speaks, longest = ordered[0][0], ordered[0][1]
    return tuple(rule for said, length, rule in ordered if said == speaks and (said or length == longest))
