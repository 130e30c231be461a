"""Applies fixes to a config until nothing is left that can be fixed, and puts the result in its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from wizard.cli.checker import Judged
from wizard.domain.errors import InputError
from wizard.domain.finding import Finding
from wizard.output.text.findings import fixable
from wizard.world import atomic
from wizard.world.configs import plan_of
from wizard.world.rewrite import rewrite
from wizard.world.yamlfile import parse, read_marked

ROUNDS = 20
_TRIES = 4
Judge = Callable[[str], Judged]


@dataclass
class FixedText:
    """The text after all fixes, its review, what was fixed (code and fields), and why some fixes could not be."""

    text: str
    judged: Judged
    fixed: list[tuple[str, ...]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def settle(text: str, name: str, judge: Judge, *, unsafe: bool = False) -> FixedText:
    """Fix, review again, and so on until nothing changes. Raises what `judge` raises for the text as it is.

    Fixes that undo each other, or that have not come to rest after 20 rounds, are all left out; where that
    does not help, nothing is fixed. So a second call changes nothing.
    """
    found, left_out = _settled(text, name, judge, unsafe)
    for _ in range(_TRIES):
        if not left_out:
            return found
        again, left_out = _settled(found.text, name, judge, unsafe)
        if again.text == found.text:
            return found
        again.fixed = [*found.fixed, *(one for one in again.fixed if one not in found.fixed)]
        found = again
    return FixedText(text, judge(text), refused=[f"{name}: nothing is fixed: its fixes undo each other"])


def _settled(text: str, name: str, judge: Judge, unsafe: bool) -> tuple[FixedText, frozenset[str]]:
    """The text with all fixes but those that do not come to rest, and their codes."""
    left_out: frozenset[str] = frozenset()
    while True:
        settled, restless = _rounds(text, name, judge, unsafe, left_out)
        if not restless:
            if left_out:
                undone = ", ".join(sorted(left_out))
                settled.refused.append(f"{name}: left as they are, since their fixes undo each other: {undone}")
            return settled, left_out
        left_out |= restless


def _rounds(
    text: str, name: str, judge: Judge, unsafe: bool, left_out: frozenset[str]
) -> tuple[FixedText, frozenset[str]]:
    """The settled text, or the codes whose fixes do not come to rest."""
    state = FixedText(text, judge(text))
    seen = {text: 0}
    applied: list[list[tuple[str, ...]]] = []
    for number in range(ROUNDS):
        state.refused = []
        findings = [one for one in state.judged.review.findings if fixable(one, unsafe=unsafe)]
        made, done = _round(state, name, [one for one in findings if one.code not in left_out])
        applied.append(done)
        if made == state.text:
            return state, frozenset()
        if made in seen:
            return state, frozenset(code for done in applied[seen[made] :] for code, *_ in done)
        seen[made] = number + 1
        state.text, state.judged = made, judge(made)
        state.fixed += [one for one in done if one not in state.fixed]
    return state, frozenset(code for done in applied[ROUNDS // 2 :] for code, *_ in done)


def _round(state: FixedText, name: str, findings: list[Finding]) -> tuple[str, list[tuple[str, ...]]]:
    """Apply the first fixes that do not touch the same fields.

    A fix of what is short of memory is chosen for the plan as it is, so it goes alone.
    """
    text, done, touched = state.text, list[tuple[str, ...]](), set[str]()
    for finding in findings:
        assert finding.fix is not None
        keys = {*finding.fix.changes, *finding.fields}
        alone = finding.on_memory
        if keys & touched or (alone and touched):
            continue
        try:
            made = rewrite(text, finding.fix.changes, name, finding.fields)
            _stays_typed(text, made, name)
        except InputError as error:
            state.refused.append(f"{name}: {finding.code} is not fixed: {error.message}")
            continue
        if made != text:
            text = made
            touched |= keys
            done.append((finding.code, *finding.fields))
            if alone:
                break
    return text, done


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
