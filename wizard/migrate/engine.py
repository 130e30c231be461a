"""Brings a text to today's form, move after move, and tells what is left to the person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from wizard.axolotl.effective import effective
from wizard.domain.errors import InputError
from wizard.domain.finding import Finding
from wizard.domain.plan import REMOVE, Plan
from wizard.migrate.order import ORDER
from wizard.rules.catalogue import find, load, rules_for
from wizard.rules.registry import Rule, Subject

Read = Callable[[str], Plan]
"""The plan in a text; raises InputError where it is none."""
Rewrite = Callable[[str, Mapping[str, object], Sequence[str]], str]
"""The text with these fields changed, near those; raises InputError where that can't be had."""
_MOST = 400
"""Moves after which it stops, whatever the rules say."""


@dataclass(frozen=True, slots=True)
class Migration:
    """The text as it would be, the moves that led there, and what a person has to decide.

    `moves`: findings whose fix was taken, with lines of the old text. `open`: sentences, each with the finding it is
    about; its line is that of the new text.
    """

    text: str
    moves: tuple[Finding, ...] = ()
    open: tuple[tuple[str, Finding], ...] = ()


def migrate(text: str, read: Read, rewrite: Rewrite) -> Migration:
    """Take every move that the rules of `ORDER` know. A second call changes nothing."""
    moves, refused = list[Finding](), dict[tuple[str, ...], str]()
    first = plan = read(text)
    for code in ORDER:
        rule = load(find(code))
        while len(moves) < _MOST and (finding := _next(rule, plan, refused)) is not None:
            assert finding.fix is not None
            try:
                made = rewrite(text, finding.fix.changes, finding.keys)
                read(made)
            except InputError as error:
                refused[_name(finding)] = error.message
                continue
            if made == text:
                refused[_name(finding)] = "nothing of it can be changed"
                continue
            text, plan = made, read(made)
            moves.append(replace(finding, line=first.line(*finding.fields)))
    decided = [(move.fix.decide, move) for move in moves if move.fix is not None and move.fix.decide]
    return Migration(text, tuple(moves), (*decided, *_left(plan, refused)))


def _subject(plan: Plan) -> Subject:
    return Subject(plan, effective(plan, None, None), None, None, None, lambda: ())


def _next(rule: Rule, plan: Plan, refused: Mapping[tuple[str, ...], str]) -> Finding | None:
    """The next finding of a rule whose fix is no guess."""
    found = (one for one in rule.check(_subject(plan)) if _name(one) not in refused)
    return next((one for one in found if one.fix is not None and one.fix.changes and not one.fix.guess), None)


def _left(plan: Plan, refused: Mapping[tuple[str, ...], str]) -> Iterator[tuple[str, Finding]]:
    """What the rules of `ORDER` still say, and for what Axolotl refuses the file all the same."""
    subject = _subject(plan)
    told = set[str]()
    for rule in rules_for(subject.written):
        for finding in rule.check(subject):
            refusal = finding.severity == "error" and not finding.crashes
            if (rule.code not in ORDER and not refusal) or finding.message in told:
                continue
            told.add(finding.message)
            why = refused.get(_name(finding))
            yield (f"{finding.message}; not changed: {why}" if why else finding.message), finding


def _name(finding: Finding) -> tuple[str, ...]:
    return (finding.code, *finding.fields)


def dropped(move: Finding) -> tuple[str, ...]:
    """The keys that a move took out."""
    changes = move.fix.changes if move.fix is not None else {}
    return tuple(key for key, value in changes.items() if value is REMOVE)
