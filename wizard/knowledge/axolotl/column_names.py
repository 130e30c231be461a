"""What the columns of data files, and the keys and speakers of messages, are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from wizard.knowledge.load import toml


@cache
def _table() -> Mapping[str, object]:
    return toml("axolotl/column_names")


def _plain(name: str) -> str:
    return name.casefold().replace("_", "").replace(" ", "").replace("-", "")


@cache
def _names(part: str) -> tuple[str, ...]:
    block, _, key = part.rpartition(".")
    table = _table()[block] if block else _table()
    names = table.get(key) if isinstance(table, Mapping) else None
    return tuple(_plain(str(name)) for name in names) if isinstance(names, list) else ()


def named(part: str, columns: Iterable[str]) -> str | None:
    """The first of these columns that is called like a part (`answer`, `message.role`), None where none is."""
    there = {_plain(one): one for one in reversed([*columns])}
    return next((there[name] for name in _names(part) if name in there), None)


def is_called(part: str, column: str) -> bool:
    """Whether a column is called like a part."""
    return _plain(column) in _names(part)


def speaker(name: str) -> str | None:
    """Who a role's name stands for: user, assistant, system or tool; None where nobody knows."""
    return next(
        (who for who in ("user", "assistant", "system", "tool") if _plain(name) in _names(f"roles.{who}")), None
    )
