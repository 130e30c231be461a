"""Applies fixes to a config until nothing is left that can be fixed, and puts the result in its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from wizard.cli.checker import Judged
from wizard.domain.errors import InputError
from wizard.domain.finding import Finding
from wizard.output.text.findings import fixable
from wizard.session.settle import settle as settled
from wizard.session.settle import together
from wizard.world import atomic
from wizard.world.configs import plan_of
from wizard.world.rewrite import rewrite
from wizard.world.yamlfile import parse, read_marked

Judge = Callable[[str], Judged]


@dataclass(frozen=True, slots=True)
class FixedText:
    """The text after all fixes, its review, what was fixed (code and fields), and why some fixes could not be."""

    text: str
    judged: Judged
    fixed: tuple[tuple[str, ...], ...] = ()
    refused: tuple[str, ...] = ()


def settle(text: str, name: str, judge: Judge, *, unsafe: bool = False) -> FixedText:
    """Fix, review again, and so on until nothing changes. Raises what `judge` raises for the text as it is."""
    judged = cache(judge)
    refused: tuple[str, ...] = ()

    def one_round(now: str, left_out: frozenset[str]) -> tuple[str, list[Finding]]:
        nonlocal refused
        findings = (one for one in judged(now).review.findings if fixable(one, unsafe=unsafe))
        made, fixed, refused = _round(now, name, [one for one in findings if one.code not in left_out])
        return made, fixed

    found = settled(text, one_round)
    if found.hopeless:
        return FixedText(text, judged(text), refused=(f"{name}: nothing is fixed: its fixes undo each other",))
    if found.left_out:
        undone = ", ".join(sorted(found.left_out))
        refused += (f"{name}: left as they are, since their fixes undo each other: {undone}",)
    return FixedText(found.value, judged(found.value), tuple((one.code, *one.fields) for one in found.fixed), refused)


def _round(text: str, name: str, findings: list[Finding]) -> tuple[str, list[Finding], tuple[str, ...]]:
    """The text with the fixes that go together, the findings that were fixed, and why others could not be."""
    refused = list[str]()

    def take(finding: Finding) -> bool:
        nonlocal text
        assert finding.fix is not None
        try:
            made = rewrite(text, finding.fix.changes, name, finding.keys)
            _stays_typed(text, made, name)
        except InputError as error:
            refused.append(f"{name}: {finding.code} is not fixed: {error.message}")
            return False
        before, text = text, made
        return made != before

    fixed = together(findings, take)
    return text, fixed, tuple(refused)


def save(file: str, mark: str, old: str, new: str) -> None:
    """Put the new text into a file that still holds the old one, whole or not at all; no backup is made.

    Raises InputError, with nothing written, where the file is gone, has changed or can't be written.
    """
    if read_marked(file) != (mark, old):
        raise InputError("it changed while it was being checked; nothing is written, run again", file=file)
    atomic.write(Path(file), mark + new, backup=False)


def _stays_typed(before: str, after: str, name: str) -> None:
    """Raises InputError where a fix gives a field a value that it does not take, and it was not so before."""
    try:
        plan_of(before, name)
    except InputError:
        parse(after, name)
        return
    plan_of(after, name)
