"""`# memwizard: ignore[...]` in a config."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from wizard.world.yamltree import scalars

_MARK = re.compile(r"#[ \t]*memwizard:[ \t]*(ignore(?:-file)?)(?![\w-])[ \t]*(?:\[([^\]\n]*)\])?")
_BREAKS = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Ignore:
    """One such comment: its 1-based line, the codes or names in it (none: all), and whether it stands alone."""

    line: int
    whole_file: bool
    words: tuple[str, ...]
    alone: bool


def ignores(text: str) -> tuple[Ignore, ...]:
    """The comments of a text that `yamlfile.parse` takes; the same words within a value are none."""
    if "memwizard:" not in text:
        return ()
    values = scalars(text)
    starts = [start for start, _ in values]
    found = []
    offset = 0
    for number, line in enumerate(lines(text), 1):
        match = _MARK.search(line)
        if match and (match.start() == 0 or line[match.start() - 1] in " \t#"):
            at = offset + match.start()
            place = bisect_right(starts, at) - 1
            if place < 0 or at >= values[place][1]:
                words = tuple(word.strip() for word in (match[2] or "").split(",") if word.strip())
                alone = not line[: match.start()].strip()
                found.append(Ignore(number, match[1] == "ignore-file", words, alone))
        offset += len(line)
        broken = _BREAKS.match(text, offset)
        offset = broken.end() if broken else offset
    return tuple(found)


def lines(text: str) -> list[str]:
    """The lines of a text as YAML counts them, without their ends."""
    return _BREAKS.split(text)
