"""How a rule is written down: a function with a docstring, under a code that is never reused."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from wizard.axolotl.effective import Effective
from wizard.domain.estimate import Estimate
from wizard.domain.finding import Finding, Fix, Later, Severity
from wizard.domain.head import Head
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.domain.version import Version, parse_version
from wizard.knowledge.axolotl.versions import of_plan
from wizard.rules.entry import Entry

Status = Literal["stable", "preview", "deprecated"]
FixKind = Literal["safe", "unsafe", "none"]
MOST = 100
"""Findings of one rule that are told of one file: who has more has them from one cause."""
_LONGEST = 2000
HEADINGS = ("What it checks", "Why it matters", "Example", "Fix", "Source")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of settings and what it would do. `saves_bytes`: device bytes, likely figure.

    `divides`: the same is trained, and several GPUs share the work otherwise.
    """

    changes: dict[str, object]
    says: str
    safety: Literal["safe", "unsafe"]
    saves_bytes: int
    estimate: Estimate
    gives_up: str = ""
    divides: bool = False


@dataclass(frozen=True)
class Subject:
    """What a rule looks at. `model` and `estimate` are None where the base model is not known.

    `unfilled`: the templates by their keys; `plan` is without those, since nobody knows what will stand there.
    `heads`: what was read of data files, by the `path` of their entries; of others nothing is known.
    `ladder()` gives the single changes that save memory, the best first; it is computed when asked for.
    `runs(changes)`: whether nothing stops the plan with them that does not stop it now; True where nobody looks.
    """

    plan: Plan
    effective: Effective
    model: Model | None
    machine: Machine | None
    estimate: Estimate | None
    ladder: Callable[[], tuple[Change, ...]]
    unfilled: Mapping[str, str] = field(default_factory=dict)
    heads: Mapping[str, Head] = field(default_factory=dict)
    runs: Callable[[Mapping[str, object]], bool] = lambda _: True

    def first_that_runs(self, *fixes: Fix) -> Fix | None:
        """The first fix that brings on nothing else to stop the run; None where each does."""
        return next((fix for fix in fixes if self.runs(fix.changes)), None)

    @cached_property
    def written(self) -> frozenset[str]:
        """Keys of the plan that have a value."""
        return frozenset(key for key, value in self.plan.values.items() if value is not None)

    @cached_property
    def axolotl(self) -> Version:
        """The version that the plan is for."""
        return of_plan(self.plan)

    @property
    def gpus(self) -> int:
        """How many GPUs the run uses; 1 where none is known."""
        return self.machine.count if self.machine else 1


Check = Callable[[Subject], Iterable[Finding]]


@dataclass(frozen=True)
class Rule:
    """One rule: its code and name for ever, what it can say at worst, and its text.

    `topic`: the folder of its file.
    `keys`: top-level keys; the rule is asked only where the plan has a value for one of them (empty: always).
    `quotes`: pieces of what Axolotl itself says then; empty where it says nothing. `crashes`: what a run dies with
    that Axolotl let begin. `gathers`: of many files it is said once. `axolotl_since`, `axolotl_until`: the first and
    the last version of which it holds; None: of all that are known.
    """

    code: str
    name: str
    topic: str
    severity: Severity
    fix: FixKind
    since: str
    check: Check
    status: Status = "stable"
    keys: frozenset[str] = frozenset()
    quotes: tuple[str, ...] = ()
    crashes: tuple[str, ...] = ()
    gathers: bool = False
    axolotl_since: Version | None = None
    axolotl_until: Version | None = None

    def holds(self, version: Version) -> bool:
        """Whether it is true of this Axolotl."""
        first, last = self.axolotl_since, self.axolotl_until
        return (first is None or first <= version) and (last is None or version <= last)

    @property
    def versions(self) -> str:
        """Of which it is true, in words; empty where of all that are known."""
        first, last = self.axolotl_since, self.axolotl_until
        if first is not None and last is not None:
            return f"of Axolotl {first} to {last}"
        if first is not None:
            return f"of Axolotl {first} and later"
        return f"of Axolotl up to {last}" if last is not None else ""

    @property
    def can_stop(self) -> bool:
        """Whether it may tell what keeps a plan from running to its end, memory left aside."""
        return self.severity != "hint" and self.topic != "fit"

    @property
    def entry(self) -> Entry:
        """Its row in the catalogue."""
        return Entry(self.code, self.topic, self.name, tuple(sorted(self.keys)))

    @property
    def doc(self) -> str:
        """The whole text, for a person to read."""
        return inspect.getdoc(self.check) or ""

    @cached_property
    def sections(self) -> dict[str, str]:
        """The text under each heading; the first line stands under an empty heading."""
        found: dict[str, str] = {}
        heading, lines = "", list[str]()
        for line in [*self.doc.splitlines(), None]:
            if line is None or (line in HEADINGS):
                found[heading] = inspect.cleandoc("\n".join(lines)).strip()
                heading, lines = line or "", []
            else:
                lines.append(line)
        return found

    @property
    def summary(self) -> str:
        """The first line."""
        return self.sections[""]

    @property
    def source(self) -> str:
        """Where the rule comes from, on one line."""
        return " ".join(self.sections.get("Source", "").split())

    def finding(
        self,
        message: str,
        *fields: str,
        plan: Plan,
        severity: Severity | None = None,
        fix: Fix | Later | None = None,
        quoted: bool = True,
    ) -> Finding:
        """A finding of this rule, with the line of the first field that the file has.

        Where it is less than the rule says at worst, nothing dies of it.
        `quoted`: False where Axolotl is silent though it says what the rule quotes in other cases. Of a rule that also
        tells what a run dies of, the quoted ones are refused before there is a run.
        """
        said = bool(self.quotes) and quoted
        return Finding(
            code=self.code,
            name=self.name,
            severity=severity or self.severity,
            message=shortened(message),
            fields=fields,
            source=self.source,
            offer=fix,
            line=plan.line(*fields),
            topic=self.topic,
            crashes=bool(self.crashes) and severity in (None, self.severity) and not said,
            quoted=said,
            gathers=self.gathers,
        )


def rule(  # noqa: PLR0913 (one for each field of a Rule)
    code: str,
    name: str,
    severity: Severity,
    *,
    fix: FixKind = "none",
    since: str = "0.1.0",
    keys: Iterable[str] = (),
    quotes: str | tuple[str, ...] = (),
    crashes: str | tuple[str, ...] = (),
    axolotl_since: str | None = None,
    axolotl_until: str | None = None,
    gathers: bool = False,
) -> Callable[[Callable[[Rule, Subject], Iterable[Finding]]], Rule]:
    """Make a Rule of a function `(rule, subject) -> findings` with a docstring of the fixed headings.

    `axolotl_since`, `axolotl_until`: as "0.20", both included.
    """

    def register(function: Callable[[Rule, Subject], Iterable[Finding]]) -> Rule:
        asked = frozenset(keys)
        bounded = axolotl_since is not None or axolotl_until is not None

        def check(subject: Subject) -> Iterable[Finding]:
            if asked and asked.isdisjoint(subject.written):
                return ()
            if bounded and not made.holds(subject.axolotl):
                return ()
            return _bounded(function(made, subject))

        check.__doc__ = function.__doc__
        pieces = (quotes,) if isinstance(quotes, str) else quotes
        last_words = (crashes,) if isinstance(crashes, str) else crashes
        topic = function.__module__.split(".")[-2]
        said: dict[str, Any] = {"quotes": pieces, "crashes": last_words, "gathers": gathers}
        said |= {"axolotl_since": _bound(axolotl_since), "axolotl_until": _bound(axolotl_until)}
        made = Rule(code, name, topic, severity, fix, since, check, keys=asked, **said)
        return made

    return register


def shortened(message: str) -> str:
    """The message, cut where a file's own words make it longer than anybody reads."""
    more = len(message) - _LONGEST
    return message if more <= 0 else f"{message[:_LONGEST]}… ({more:,} more characters)"


def _bounded(found: Iterable[Finding]) -> Iterator[Finding]:
    """The first ones, and one that says that there are more: those are not even looked for."""
    for number, one in enumerate(found):
        if number == MOST:
            yield replace(one, message=f"more of the same from here on, not told one by one: {one.message}", offer=None)
            return
        yield one


def _bound(text: str | None) -> Version | None:
    found = parse_version(text) if text is not None else None
    if text is not None and found is None:
        raise ValueError(f"'{text}' is no version of Axolotl")
    return found
