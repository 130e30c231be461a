"""Whether an entry reads the file that it names: the columns and keys that its type asks for and that are not there.

Only what certainly stops a run is told; of types that nobody has looked at, nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from wizard.axolotl.dataset_types import columns_read
from wizard.axolotl.forms.columns import Talk, fault, talk
from wizard.domain.head import Head
from wizard.domain.version import Version
from wizard.knowledge.axolotl.dataset_forms import Form, form_of
from wizard.knowledge.axolotl.dataset_types import PREFERENCE

_TOKENS = {"input_ids", "attention_mask", "labels"}


def misread(entry: Mapping[str, object], head: Head, training: str, version: Version) -> str | None:
    """The sentence on what is not there; None where the entry reads the rows, or where that is not known."""
    if training in PREFERENCE:
        return _pair(entry, head, training, version)
    if training == "rewards":
        return None if "prompt" in head.columns else _lacks("training by rewards", ("prompt",), head)
    if training != "supervised" or {*head.columns} >= _TOKENS:
        return None
    form = form_of(entry)
    if form is None or form.kind == "pair":
        return None
    absent = form.missing(head.columns)
    if absent:
        return _lacks(_named(entry), absent, head)
    return _messages(head, form) if form.kind == "messages" else None


def _messages(head: Head, form: Form) -> str | None:
    """A list of messages with the keys that are read, in each row that was looked at."""
    column = form.needs["messages"]
    keys = dict.fromkeys(key for one in _all(head, column) for key in one)
    if not keys:
        return f"chat_template reads lists of messages in `{column}`, which {head.path} does not have there"
    absent = [one for one in (form.role, form.content) if one not in keys]
    if not absent and (stops := fault(head, Talk(column, form.role, form.content, ()))) is not None:
        return f"{stops}, in {head.path}, and Axolotl stops there"
    if not absent or (absent == [form.content] and "tool_calls" in keys):
        return None
    has = ", ".join([*keys][:4])
    return f"chat_template reads {form.role} and {form.content} of a message, but in {head.path} one has {has}"


def _all(head: Head, column: str) -> Iterator[Mapping[str, object]]:
    for value in head.values(column):
        if isinstance(value, str) and value.lstrip().startswith("["):
            try:
                value = json.loads(value)  # noqa: PLW2901 (as Axolotl does)
            except (ValueError, RecursionError):
                continue
        yield from (one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def _pair(entry: Mapping[str, object], head: Head, training: str, version: Version) -> str | None:
    kind = entry.get("type")
    if training == "orpo":
        if kind != "chat_template.argilla":
            return None
        absent = tuple(one for one in ("chosen", "rejected") if one not in head.columns)
        plain = next((one for one in ("chosen", "rejected") if one in head.columns and talk(head, one) is None), None)
        if plain and not absent:
            return f"chat_template.argilla reads messages in `{plain}`, which {head.path} does not have there"
        return _lacks(str(kind), absent, head) if absent else None
    wanted = columns_read(entry, training, version).values()
    absent = tuple(one for one in dict.fromkeys(wanted) if one not in head.columns)
    return _lacks(_named(entry), absent, head) if absent else None


def _lacks(kind: str, absent: tuple[str, ...], head: Head) -> str:
    has = ", ".join(head.columns[:5]) + (", ..." if len(head.columns) > 5 else "")
    return f"{kind} reads {', '.join(absent)}, and the rows of {head.path} have {has}"


def _named(entry: Mapping[str, object]) -> str:
    kind = entry.get("type")
    return "its type" if isinstance(kind, dict) else str(kind)
