"""Reading written values as Axolotl's schema would (pydantic's lax mode), without importing pydantic."""

from __future__ import annotations

from wizard.domain.plan import Plan
from wizard.domain.text import in_yaml

MOST = 10**12
"""No length, batch or rank is larger: a slip of the pen is still a number that can be reckoned with."""
_TRUE = frozenset({"true", "yes", "on", "1", "y", "t"})


def flag(value: object) -> bool:
    """Whether a written value counts as true: `true`, and the words pydantic takes for it."""
    if isinstance(value, str):
        return value.strip().lower() in _TRUE
    return bool(value)


def on(value: object) -> bool:
    """Whether pydantic reads this as true. A number other than 1 is no truth value: the schema refuses it."""
    return value == 1 if isinstance(value, (int, float)) else isinstance(value, str) and flag(value)


def integer(value: object, default: int) -> int:
    """A whole number up to MOST, from a number or a text that is one; `default` where it is neither or negative."""
    try:
        number = int(float(value)) if isinstance(value, (int, float, str)) else default
    except (ValueError, OverflowError):
        return default
    return min(MOST, number) if number >= 0 else default


def number(value: object, default: float) -> float:
    """A number, from a number or a text that is one (YAML 1.1 reads `2e-4` as text)."""
    try:
        return float(value) if isinstance(value, (int, float, str)) else default
    except (ValueError, OverflowError):
        return default


def texts(value: object) -> tuple[str, ...]:
    """A list of names; one name counts as a list of it."""
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, (list, tuple)):
        return ()
    plain = all(type(one) is str and one.isprintable() for one in value)  # mostly so, and lists may be long
    return tuple(value) if plain else tuple(map(in_yaml, value))


def mapping(plan: Plan, key: str) -> dict[str, object]:
    """A nested block, empty where it is absent or not a mapping."""
    value = plan.get(key)
    return dict(value) if isinstance(value, dict) else {}


def optional_flag(value: object) -> bool | None:
    """As `flag`, but None for what is not written."""
    return None if value is None else flag(value)
