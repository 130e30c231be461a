"""Where each part of a YAML text stands, by offsets, so that one part can be changed and the rest kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import yaml

from wizard.world.yamlfile import Loader


@dataclass(slots=True)
class Spot:
    """A value's place: `text[start:end]`, without what follows it on its line; `column` counts from 0.

    A tag or an anchor stands at the start. `value`: a scalar's text. `parts`: the values of a list, or the
    keys and values of a mapping in turn. `block`: the value is written on lines of its own.
    """

    kind: Literal["scalar", "mapping", "sequence", "alias"]
    start: int
    end: int
    column: int
    block: bool
    value: str = ""
    parts: list[Spot] = field(default_factory=list)

    def entries(self) -> Iterator[tuple[Spot, Spot]]:
        """The keys and values of a mapping."""
        return zip(self.parts[::2], self.parts[1::2], strict=True)

    def entry(self, key: object) -> tuple[Spot, Spot] | None:
        """The key and the value of this name; the last counts."""
        found = self.numbers(key)
        return (self.parts[2 * found[-1]], self.parts[2 * found[-1] + 1]) if found else None

    def numbers(self, key: object) -> list[int]:
        """The places, from 0, of the entries of this name."""
        name = str(key)
        return [n for n, one in enumerate(self.parts[::2]) if one.kind == "scalar" and one.value == name]


def tree(text: str) -> Spot:
    """The root of a text that `yamlfile.parse` takes: that one bounds its depth and size.

    Raises YAMLError for other texts, ValueError for one without values.
    """
    events = yaml.parse(text, Loader=Loader)
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            return _build(event, events, text)
    raise ValueError("no value")


def scalars(text: str) -> list[tuple[int, int]]:
    """The offsets between which a text has single values: what looks like a comment there is none."""
    events = (event for event in yaml.parse(text, Loader=Loader) if isinstance(event, yaml.ScalarEvent))
    return [_span(event) for event in events]


def _span(event: yaml.Event) -> tuple[int, int]:
    assert event.start_mark is not None
    assert event.end_mark is not None
    return event.start_mark.index, event.end_mark.index


def _build(event: yaml.NodeEvent, events: Iterator[yaml.Event], text: str) -> Spot:
    start, end = _span(event)
    column = event.start_mark.column if event.start_mark else 0
    if isinstance(event, yaml.AliasEvent):
        return Spot("alias", start, end, column, False)
    if isinstance(event, yaml.ScalarEvent):
        block = event.style in ("|", ">")
        if block:
            end = start + len(text[start:end].rstrip())
        return Spot("scalar", start, end, column, block, event.value)
    assert isinstance(event, yaml.CollectionStartEvent)
    mapping = isinstance(event, yaml.MappingStartEvent)
    parts: list[Spot] = []
    for inner in events:
        if isinstance(inner, yaml.CollectionEndEvent):
            break
        assert isinstance(inner, yaml.NodeEvent)
        parts.append(_build(inner, events, text))
    block = not event.flow_style
    if not block:
        end = _span(inner)[1]
    elif parts:
        end = max(end, parts[-1].end, parts[-2].end if mapping else 0)
        column = parts[0].column if mapping else column
    return Spot("mapping" if mapping else "sequence", start, end, column, block, parts=parts)
