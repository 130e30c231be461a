"""What differs between the facts of two versions, and docs/axolotl-versions.md, which tells it of all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from wizard.domain.version import Version
from wizard.knowledge.axolotl.fields import data
from wizard.knowledge.axolotl.versions import known

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "axolotl-versions.md"
MESSAGES = Path(__file__).with_name("messages")

_HEAD = """# Axolotl's versions

memwizard knows {known}. `--axolotl` names one, else the one that is installed here is meant, else the newest. What
follows is what their facts say; it is written by `python -m scripts.axolotl_versions`.
"""
_SHOWN = ("types", "values", "default", "deprecated")


def page() -> str:
    """The page, whole."""
    parts = [_HEAD.format(known=f"{', '.join(map(str, known()[:-1]))} and {known()[-1]}")]
    for old, new in zip(known()[-2::-1], known()[:0:-1], strict=True):
        parts.append(f"## {old} to {new}\n\n" + "\n".join(lines(old, new)) + "\n")
    return "\n".join(parts)


def lines(old: Version, new: Version) -> Iterator[str]:
    """The difference of two versions, a line of Markdown each."""
    before, after = data(old), data(new)
    yield from _fields("", before["fields"], after["fields"])
    yield from _named("Plugins", before["plugins"], after["plugins"])
    for path in sorted({*before["plugins"]} & {*after["plugins"]}):
        if not {path} & {*after["builtin"]}:
            yield from _fields(f" of {path.rpartition('.')[2]}", before["plugins"][path], after["plugins"][path])
    yield from _named("Always loaded", before["builtin"], after["builtin"])
    yield from _named("Attention", before["attention"]["names"], after["attention"]["names"])
    shapes = [name for kind in ("shapes", "defs") for name in _changed(before[kind], after[kind])]
    if shapes:
        yield f"- Other inner keys: {_listed(shapes)}"
    pins = [f"{name} {was} to {after['requires'].get(name)}" for name, was in before["requires"].items()
            if was != after["requires"].get(name)]  # fmt: skip
    yield f"- Libraries: {'; '.join(pins)}"
    said, says = _messages(old), _messages(new)
    for title, texts in (("no longer says", said - says), ("says now", says - said)):
        yield f"\n<details><summary>{len(texts)} messages it {title}</summary>\n"
        yield from (f"- `{text[:200]}`" for text in sorted(texts))
        yield "\n</details>"


def _messages(version: Version) -> set[str]:
    return {text.replace("`", "'") for text in json.loads((MESSAGES / f"{version}.json").read_text(encoding="utf-8"))}


def _named(title: str, old: Mapping[str, Any] | list[str], new: Mapping[str, Any] | list[str]) -> Iterator[str]:
    if more := [name for name in new if name not in old]:
        yield f"- {title}, new: {_listed(more)}"
    if gone := [name for name in old if name not in new]:
        yield f"- {title}, gone: {_listed(gone)}"


def _fields(of: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    yield from _named(f"Fields{of}", old, new)
    for name in sorted({*old} & {*new}):
        for part in _SHOWN:
            was, now = old[name].get(part), new[name].get(part)
            if was != now:
                yield f"- `{name}`{of}, {part}: {_told(was, now)}"


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [name for name in old if name in new and old[name] != new[name]]


def _told(was: object, now: object) -> str:
    if isinstance(was, list) and isinstance(now, list):
        more, gone = [one for one in now if one not in was], [one for one in was if one not in now]
        return "; ".join([*([f"new {_listed(more)}"] if more else []), *([f"gone {_listed(gone)}"] if gone else [])])
    return f"{'none' if was is None else f'`{was}`'}, now {'none' if now is None else f'`{now}`'}"


def _listed(names: list[Any]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(map(str, names)))
