"""Our own words in a file that is changed: its head and the comments behind its keys tell of the file as it is now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import of_plan
from wizard.knowledge.layout import reasons as templates
from wizard.output.reasons import SAID, reasons
from wizard.output.yaml import COLUMN, needs
from wizard.review import Review

_HEAD = re.compile(
    r"^(?P<by># Written by memwizard \S+ for Axolotl )[\d.]+\.(?P<end>\r?\n)(?P<needs># Needs about [^\r\n]*\r?\n)?",
    re.M,
)
_LINE = re.compile(r"^(?P<head>(?P<name>\w+):[^\r\n]*?)[ \t]*# (?P<says>[^\r\n]*)(?=\r?$)", re.M)
_OF_MACHINE = frozenset({"bf16", "fp16", "attn_implementation"})
"""What is said of these is about the machine: it holds as long as they stay."""


def retold(before: str, made: str, review: Review) -> str:
    """The text that was made of another one, with what we say in it said of this review; the same where none is ours.

    What a person wrote stays, and so does every line of a text that was not changed.
    """
    if made == before:
        return made
    now, kept = reasons(review), frozenset(before.splitlines())

    def line(found: re.Match[str]) -> str:
        name, whole = found["name"], found[0]
        ours = _ours().get(name)
        if ours is None or not ours.fullmatch(found["says"]) or (name in _OF_MACHINE and whole in kept):
            return whole
        says = now.get(name)
        if says == found["says"] and whole in kept:
            return whole
        return found["head"].rstrip() if says is None else f"{found['head'].rstrip():<{COLUMN}}  # {says}"

    def head(found: re.Match[str]) -> str:
        needed = needs(review)
        told = f"# {needed}{found['end']}" if needed and found["needs"] else ""
        return f"{found['by']}{of_plan(review.plan)}.{found['end']}{told}"

    return _HEAD.sub(head, _LINE.sub(line, made), count=1)


@cache
def _ours() -> Mapping[str, re.Pattern[str]]:
    """By its key, every comment that we could have written behind it."""
    return {name: re.compile(_pattern(template)) for name, template in templates().items()}


def _pattern(template: str) -> str:
    parts = re.split(r"\{(\w+)\}", template)
    return "".join(f"(?:{SAID[part]})" if place % 2 else re.escape(part) for place, part in enumerate(parts))


def for_version(made: str, version: Version) -> str:
    """The text with its head, where that is ours, saying that it is for this Axolotl."""
    return _HEAD.sub(lambda found: f"{found['by']}{version}.{found['end']}{found['needs'] or ''}", made, count=1)
