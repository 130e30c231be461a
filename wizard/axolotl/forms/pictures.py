"""Pictures beside messages or in them, sound in them, and what Axolotl does not read of them.

axolotl 0.21.0 processing_strategies.py `ProcessingStrategy.__call__`, which the mapping and the roles of an entry
do not reach; executed.
"""

from __future__ import annotations

from wizard.axolotl.forms.columns import Talk
from wizard.domain.head import Head
from wizard.domain.references import references
from wizard.knowledge.axolotl.column_names import named

_KEYS = (("role", "content"), ("from", "value"))
_SPEAKERS = frozenset({"user", "assistant", "system", "tool", "human", "gpt"})


def there(head: Head, one: Talk) -> bool:
    """Whether there are pictures in the messages, or in a column beside them, or sound."""
    return one.sounds or _seen(head, one)


def said(head: Head, one: Talk) -> str:
    """What there is beside the texts, in words."""
    what = ["there are images in them" + left_out(head)] if _seen(head, one) else []
    return " and ".join([*what, *(["there is sound in them"] if one.sounds else [])])


def _seen(head: Head, one: Talk) -> bool:
    return one.images or named("images", head.columns) is not None


def fault(head: Head, one: Talk) -> str | None:
    """Why a run with them stops, or takes what is said for somebody else's; None where it does not."""
    column = _column(head)
    for number, row in enumerate(head.rows, 1):
        value = row.get(column) if column else None
        if value is not None and not isinstance(value, list):
            return f"`{column}` of row {number} is no list of pictures, which it has to be for one too"
        if value == []:
            return f"`{column}` of row {number} is an empty list, where it has to be null"
    if (one.role, one.content) not in _KEYS:
        return f"its messages have {one.role} and {one.content}, and beside pictures role and content are read"
    strangers = [name for name in one.speakers if name not in _SPEAKERS]
    return f"{strangers[0]} speaks in them, and beside pictures it has to be user or assistant" if strangers else None


def left_out(head: Head) -> str:
    """What is said of rows with several pictures in a column, of which the first alone is taken."""
    column = _column(head)
    several = column and any(isinstance(one, list) and len(one) > 1 for one in head.values(column))
    return f", of several in `{column}` the first alone" if several else ""


def unheard(head: Head) -> bool:
    """Whether rows have sound that stands where nothing reads it."""
    return any(one.kind == "unheard" for row in head.rows for one in references(row))


def _column(head: Head) -> str | None:
    return next((one for one in ("images", "image") if one in head.columns), None)
