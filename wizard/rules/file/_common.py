"""What the rules on nested keys share."""

from __future__ import annotations

from wizard.domain.nearest import closest
from wizard.knowledge.axolotl.shapes import Steps


def put(value: object, steps: Steps, new: object) -> object:
    """The value with another one at the end of the way."""
    if not steps:
        return new
    step, rest = steps[0], steps[1:]
    if isinstance(value, list):
        return [put(one, rest, new) if number == step else one for number, one in enumerate(value)]
    if isinstance(value, dict):
        return {key: put(one, rest, new) if str(key) == step else one for key, one in value.items()}
    return value


def renamed(value: object, steps: Steps, name: str) -> object:
    """The value with another name for the key at the end of the way, in its place; the key's block must not have it."""
    if len(steps) > 1:
        inner = renamed(at(value, steps[:1]), steps[1:], name)
        return put(value, steps[:1], inner)
    if not isinstance(value, dict):
        return value
    return {name if str(key) == steps[0] else key: one for key, one in value.items()}


def at(value: object, steps: Steps) -> object:
    """What the way leads to; None where it leads nowhere."""
    for step in steps:
        if isinstance(value, list) and isinstance(step, int):
            value = value[step] if step < len(value) else None
        elif isinstance(value, dict):
            value = next((one for key, one in value.items() if str(key) == step), None)
        else:
            return None
    return value


def near_key(name: str, known: tuple[str, ...]) -> str | None:
    """The known key that was meant; one that the name begins or ends with, or that begins or ends so, is near too."""
    found = closest(name, known, 0.8)
    if found is None:
        parts = [one for one in known if len(one) >= 4 and _is_part(one, name)]
        found = max(parts, key=len, default=None) or closest(name, known, 0.72)
    return found


def _is_part(one: str, other: str) -> bool:
    """Whether one of two names begins or ends with the words of the other."""
    short, long = sorted((one, other), key=len)
    return len(short) >= 4 and (long.startswith(f"{short}_") or long.endswith(f"_{short}"))


def place(steps: Steps) -> str:
    """The way in words: `entry 2, rank`."""
    return ", ".join(f"entry {step + 1}" if isinstance(step, int) else str(step) for step in steps)
