"""Every key of a config as a question that is typed: what it takes, what stands there, what a text makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wizard.axolotl import plugins
from wizard.domain.errors import InputError
from wizard.domain.keypath import ABSENT, Steps, at, put, steps_of
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.spelled import powered, spelled
from wizard.domain.text import quoted
from wizard.domain.values import number
from wizard.domain.version import Version
from wizard.knowledge.axolotl.fields import Field, fields, find
from wizard.knowledge.axolotl.keys import ENTRY, Key, find_key, keys, shape_of
from wizard.knowledge.axolotl.settings import positive
from wizard.knowledge.axolotl.shapes import misfits, written
from wizard.knowledge.axolotl.versions import of_plan

ReadValue = Callable[[str], object]
"""What a typed text means in YAML. Raises InputError where it is none."""
_SMALL = frozenset({
    "a", "an", "and", "are", "at", "be", "by", "can", "do", "does", "for", "how", "i", "in", "is", "it",
    "its", "many", "much", "my", "of", "often", "on", "or", "the", "to", "what", "when", "where", "which",
    "with",
})  # fmt: skip
"""Words of a question that tell nothing of what is asked for."""
_ENDING = re.compile(r"(?<=...)(?:ing|ed|es|e|s)$")
_EMPTY = frozenset({"", "null", "~"})


@dataclass(frozen=True, slots=True)
class KeyNow:
    """A key and what stands there now; ABSENT where it is not written. `path`: with the numbers of entries.

    `free`: Axolotl has no such key.
    """

    key: Key
    path: str
    value: object
    free: bool = False

    @property
    def is_set(self) -> bool:
        """Whether it is written."""
        return self.value is not ABSENT


def every(plan: Plan) -> tuple[KeyNow, ...]:
    """Every key of the plan's version, those of each entry of a list, and the person's own that Axolotl has not."""
    version = of_plan(plan)
    found = list[KeyNow]()
    for key in keys(version):
        for row in _now(key, plan):
            found += [row, *_unlisted(row, plan)]
    free = [KeyNow(_free(name), name, value, free=True) for name, value in plan.values.items()
            if find_key(str(name), version) is None]  # fmt: skip
    return (*found, *free)


def _unlisted(row: KeyNow, plan: Plan) -> list[KeyNow]:
    """What is written in a block and stands in no list of its keys."""
    if not isinstance(row.value, Mapping):
        return []
    paths = [f"{row.path}.{name}" for name in row.value if isinstance(name, str) and name.isidentifier()]
    return [one(plan, path) for path in paths if find_key(path, of_plan(plan)) is None]


def one(plan: Plan, path: str) -> KeyNow:
    """The key of a path. Raises InputError where it is no path."""
    steps, version = steps_of(path), of_plan(plan)
    key = find_key(path, version)
    return KeyNow(
        key or _free(path), path, at(plan.values, steps), free=key is None and not _in_open_block(path, version)
    )


def _in_open_block(path: str, version: Version) -> bool:
    """Whether it is inside of a block that has no keys of its own: it takes any."""
    around = find_key(path.rpartition(".")[0], version)
    return around is not None and not any(key.path.startswith(f"{around.path}.") for key in keys(version))


def _free(path: str) -> Key:
    return Key(path, frozenset({"any"}))


def _now(key: Key, plan: Plan) -> list[KeyNow]:
    """The key once, or for each entry of the list that it is inside of: at least for the first."""
    if ENTRY not in key.path:
        return [KeyNow(key, key.path, at(plan.values, tuple(key.path.split("."))))]
    before, _, after = key.path.partition(ENTRY)
    entries = at(plan.values, tuple(before.split(".")))
    many = len(entries) if isinstance(entries, (list, tuple)) else 0
    after = after.replace(ENTRY, "[0]")
    paths = [f"{before}[{place}]{after}" for place in range(max(many, 1))]
    return [KeyNow(key, path, at(plan.values, steps_of(path))) for path in paths]


def found(rows: tuple[KeyNow, ...], words: str) -> list[KeyNow]:
    """Those that have every word in their name or in what is told of them; the nearest names come first.

    Of a sentence, or of words that none has, those too that have half of what counts in it, most of it first. One word
    that none has may be a key of the person's own: it finds nothing.
    """
    wanted = words.lower().replace("-", "_").split()
    texts = [f"{row.path} {_told(row)}".lower() for row in rows]
    hits = [row for row, text in zip(rows, texts, strict=True) if all(word in text for word in wanted)]
    if len(wanted) < 2 or (hits and _SMALL.isdisjoint(wanted)):
        return sorted(hits, key=lambda row: _far(row, wanted))
    stems = [_ENDING.sub("", word.strip("?!.,")) for word in wanted if word.strip("?!.,") not in _SMALL]
    met = [(sum(stem in text for stem in stems), sum(stem in row.path.lower() for stem in stems), row)
           for row, text in zip(rows, texts, strict=True)]  # fmt: skip
    near = [one for one in met if one[0] and one[0] * 2 >= len(stems)]
    return [row for *_, row in sorted(near, key=lambda one: (-one[0], -one[1], one[2].path.count(".")))]


def _told(row: KeyNow) -> str:
    return f"{row.key.about} {row.key.section}".lower().replace("-", "_")


def _far(row: KeyNow, wanted: list[str]) -> int:
    """How far a name is from what was typed: it is that, begins so, has the words, or only its help has them."""
    name, whole = row.path.lower(), "_".join(wanted)
    if not wanted:
        return 0
    if name == whole:
        return 0
    if name.startswith(whole):
        return 1
    return 2 if all(word in name for word in wanted) else 3


def changed_by(plan: Plan, path: str, text: str, read: ReadValue) -> Mapping[str, object]:
    """The fields that a text for a key changes: its own first, and `plugins` where it is one of a plugin's.

    Nothing, or `null`, takes the key out. Raises InputError, in one sentence, where Axolotl would not take it.
    """
    steps = steps_of(path)
    top, version = str(steps[0]), of_plan(plan)
    now = one(plan, path)
    value = REMOVE if text.strip() in _EMPTY else _typed(now.key, text, read)
    whole = put(plan.values.get(top, ABSENT), steps[1:], value, over=value is not REMOVE and not now.free)
    if whole is REMOVE:
        return {top: REMOVE}
    _judge(plan, steps, whole)
    field = find(top, version)
    if field is None or field.plugin is None or plugins.listed(plan, field.plugin):
        return {top: whole}
    return {top: whole, "plugins": [*plugins.plugins(plan), field.plugin]}


def _typed(key: Key, text: str, read: ReadValue) -> object:
    """The text as a value of a type that the key takes, where it can be read as one; else as YAML has it."""
    field = Field(key.path, key.types, key.values)
    as_text = text.strip()
    if "any" not in key.types and key.types & {"string", "enum"} and as_text in key.values:
        return as_text
    try:
        value = read(text)
    except InputError:
        if "string" not in key.types or "\n" in as_text:
            raise
        return as_text
    meant = key.types & {"number", "integer"} or ("any" in key.types and value == as_text and powered(as_text))
    if isinstance(value, str) and meant and field.accepts(value):
        return _number(value)
    if "string" in key.types and not isinstance(value, str) and not field.accepts(value):
        return as_text
    return value


def _number(text: str) -> object:
    """`2e-4`, which YAML reads as a text, as the number it is meant for; another text as it is."""
    try:
        found = spelled(text)
    except ValueError:
        return text
    return int(found) if text.strip().lstrip("+-").isdigit() else found


def _judge(plan: Plan, steps: Steps, whole: object) -> None:
    """Raises InputError where Axolotl's schema does not take the value at this path. What is still missing beside it
    may come."""
    top, version = str(steps[0]), of_plan(plan)
    field = fields(version).get(top) or find(top, version)
    if field is None:
        return
    if not field.accepts(whole):
        raise InputError(f"{top} takes {(find_key(top, version) or field).wanted()}")
    if top in positive() and number(whole, 1.0) < 1:
        raise InputError(f"{top} is 1 or more")
    shape = shape_of(top, version)
    if shape is None:
        return
    own = steps[1:]
    for wrong in misfits(shape, whole):
        met = min(len(own), len(wrong.steps))
        if wrong.steps[:met] == own[:met] and wrong.wanted != "a value":
            raise InputError(f"{written(top, wrong.steps)} takes {wrong.wanted}")


def shown(value: object) -> str:
    """A value as it stands in a box: a text as it is, all else as YAML on one line; empty for what is not written."""
    if value is ABSENT:
        return ""
    return value if isinstance(value, str) and value else quoted(value)
