"""Values and forms of data that Axolotl once took; old_values.toml, typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from wizard.knowledge.load import toml


@dataclass(frozen=True, slots=True)
class ShareGpt:
    """How a loader of `type: sharegpt` read a row. `user`, `assistant`: names of its own for the two roles."""

    messages: str
    role: str
    content: str
    user: str | None = None
    assistant: str | None = None


@lru_cache(maxsize=256)
def sharegpt(loader: str) -> ShareGpt | None:
    """The loader of this name, None where no mapping of columns says the same."""
    row = toml("axolotl/old_values")["sharegpt"].get(loader)
    return None if row is None else ShareGpt(**row)


def conversation_template(name: str) -> str | None:
    """The chat template of the form that a FastChat conversation has, None where Axolotl has none."""
    names: dict[str, str] = toml("axolotl/old_values")["conversations"]
    return names.get(name)


def new_value(key: str, value: object) -> Mapping[str, object]:
    """The keys that say what an old value of a key said; empty where the value is none of the old ones."""
    data = toml("axolotl/old_values")
    named = str(value)
    if not isinstance(value, str) or named not in data["values"].get(key, {}):
        return {}
    return {key: data["values"][key][named], **data["beside"].get(key, {}).get(named, {})}


def keys_with_old_values() -> tuple[str, ...]:
    """The keys that have such values."""
    return tuple(toml("axolotl/old_values")["values"])
