"""Applies fixes to a config until nothing is left that can be fixed, and puts the result in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from wizard.cli.checker import Judged
from wizard.domain.errors import InputError
from wizard.domain.finding import Finding
from wizard.domain.version import Version
from wizard.output.retold import retold
from wizard.output.text.findings import fixable
from wizard.session.settle import settle as settled
from wizard.session.settle import together
from wizard.world import atomic
from wizard.world.configs import plan_of
from wizard.world.rewrite import rewrite
from wizard.world.yamlfile import parse, read_marked

Judge = Callable[[str], Judged]

_TRIED = 1 << 17
"""Characters up to which it is tried what `--fix` would settle."""


@dataclass(frozen=True, slots=True)
class FixedText:
    """The text after all fixes, its review, what was fixed (code and fields), and why some fixes could not be.

    What its review still finds was not fixed, whatever was tried.
    """

    text: str
    judged: Judged
    fixed: tuple[tuple[str, ...], ...] = ()
    refused: tuple[str, ...] = ()


def settle(text: str, name: str, judge: Judge, *, unsafe: bool = False) -> FixedText:
    """Fix, review again, and so on until nothing changes. Raises what `judge` raises for the text as it is.

    A fix after which Axolotl would not take the file, though it does before, is not made; nor is one that is to make it
    fit, where it does not fit after all.
    """
    kept = cache(judge)
    done, vain = _settle(text, name, kept, unsafe, frozenset())
    if not vain:
        return _retold(text, done, kept)
    without = _retold(text, _settle(text, name, kept, unsafe, vain)[0], kept)
    why = f"{name}: {', '.join(sorted(vain))} is not fixed: no change that it has is enough"
    return replace(without, refused=(*without.refused, why))


def _retold(before: str, done: FixedText, judged: Judge) -> FixedText:
    """The same with our own comments said of the text as it is now, where it was changed."""
    made = retold(before, done.text, done.judged.review)
    return done if made == done.text else replace(done, text=made, judged=judged(made))


def _settle(
    text: str, name: str, judged: Judge, unsafe: bool, never: frozenset[str]
) -> tuple[FixedText, frozenset[str]]:
    """The same without the fixes of some codes; and the codes on memory that were fixed and still speak."""
    refused: tuple[str, ...] = ()

    def one_round(now: str, left_out: frozenset[str]) -> tuple[str, list[Finding]]:
        nonlocal refused
        review = judged(now).review
        fixes = (one for one in review.findings if fixable(one, unsafe=unsafe))
        findings = [one for one in fixes if one.code not in left_out | never]
        again = partial(_round, now, name, findings, review.plan.axolotl)
        made, fixed, refused = again()
        if brought(now, made):
            made, fixed, refused = again(brought)
        return made, fixed

    def brought(before: str, after: str) -> frozenset[str]:
        return judged(after).errors - judged(before).errors if after != before else frozenset()

    found = settled(text, one_round)
    if found.hopeless:
        return FixedText(text, judged(text), (), (f"{name}: nothing is fixed: its fixes undo each other",)), frozenset()
    if found.left_out:
        undone = ", ".join(sorted(found.left_out))
        refused += (f"{name}: left as they are, since their fixes undo each other: {undone}",)
    left = judged(found.value)
    still = _keys(left.review.findings)
    fixed = tuple(key for one in found.fixed if (key := (one.code, *one.fields)) not in still)
    vain = frozenset(one.code for one in found.fixed if one.on_memory and (one.code, *one.fields) in still)
    return FixedText(found.value, left, fixed, refused), vain


def settles(text: str, name: str, judge: Judge, findings: Sequence[Finding], *, unsafe: bool) -> frozenset[int]:
    """The places of the findings that are gone once the text is fixed: it is fixed and judged again, here alone.

    Of a text that is longer than any config is, none: each fix writes and reads all of it anew.
    """
    if len(text) > _TRIED or not any(fixable(one, unsafe=unsafe) for one in findings):
        return frozenset()
    done = settle(text, name, judge, unsafe=unsafe)
    still = _keys(done.judged.review.findings)
    return frozenset(
        place
        for place, one in enumerate(findings)
        if fixable(one, unsafe=unsafe) and (one.code, *one.fields) not in still
    )


def _keys(findings: Iterable[Finding]) -> frozenset[tuple[str, ...]]:
    return frozenset((one.code, *one.fields) for one in findings)


def _nothing(before: str, after: str) -> frozenset[str]:
    return frozenset()


def _round(
    text: str,
    name: str,
    findings: list[Finding],
    axolotl: Version | None,
    brought: Callable[[str, str], frozenset[str]] = _nothing,
) -> tuple[str, list[Finding], tuple[str, ...]]:
    """The text with the fixes that go together, the findings that were fixed, and why others could not be.

    `brought`: the errors that a fix would bring.
    """
    refused = list[str]()

    whole = _at_once(text, name, findings, axolotl) if brought is _nothing else None
    done = frozenset(map(id, whole[1])) if whole is not None else frozenset()
    if whole is not None:
        text = whole[0]

    def take(finding: Finding) -> bool:
        nonlocal text
        assert finding.fix is not None
        if id(finding) in done:
            return True
        try:
            made = rewrite(text, finding.fix.changes, name, finding.keys)
            _stays_typed(text, made, name, axolotl)
        except InputError as error:
            refused.append(f"{name}: {finding.code} is not fixed: {error.message}")
            return False
        new = brought(text, made)
        if new:
            refused.append(f"{name}: {finding.code} is not fixed: then {', '.join(sorted(new))} would speak")
            return False
        before, text = text, made
        return made != before

    fixed = together(findings, take)
    return text, fixed, tuple(refused)


def _at_once(
    text: str, name: str, findings: list[Finding], axolotl: Version | None
) -> tuple[str, list[Finding]] | None:
    """The text with all the fixes that go together and change only keys that are there, and these; None where one of
    them can't be made, which is found out one by one."""
    there = parse(text, name).values
    chosen = [one for one in together(findings, lambda _: True) if one.fix is not None and not one.on_memory]
    chosen = [one for one in chosen if one.fix is not None and one.fix.changes.keys() <= there.keys()]
    changes = {key: value for one in chosen if one.fix is not None for key, value in one.fix.changes.items()}
    try:
        made = rewrite(text, changes, name)
        _stays_typed(text, made, name, axolotl)
    except InputError:
        return None
    return (made, chosen) if len(chosen) > 1 else None


def save(file: str, mark: str, old: str, new: str) -> None:
    """Put the new text into a file that still holds the old one, whole or not at all; no backup is made.

    Raises InputError, with nothing written, where the file is gone, has changed or can't be written.
    """
    if read_marked(file) != (mark, old):
        raise InputError("it changed while it was being checked; nothing is written, run again", file=file)
    atomic.write(Path(file), mark + new, backup=False)


def _stays_typed(before: str, after: str, name: str, axolotl: Version | None) -> None:
    """Raises InputError where a fix gives a field a value that it does not take, and it was not so before."""
    try:
        plan_of(before, name, axolotl, every=True)
    except InputError:
        parse(after, name)
        return
    plan_of(after, name, axolotl, every=True)
