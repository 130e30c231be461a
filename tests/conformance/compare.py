"""What Axolotl says of a config and what memwizard says, side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.conformance.generate import Case
from wizard.domain.machine import Machine
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.knowledge.gpus import named_machine
from wizard.review import refusals, review
from wizard.rules.catalogue import every_rule
from wizard.rules.registry import Rule

GPU = {"h100": "h100-80gb", "2xa100": "2xa100-80gb", "t4": "t4"}
BY_CODE: dict[str, Rule] = {rule.code: rule for rule in every_rule()}
Answer = Mapping[str, Any]
_SAY_MORE = ("MW103", "MW105", "MW539", "MW611")
"""Rules that also speak where Axolotl is silent: rules of thumb, and of what other versions refuse."""
_NOTHING = (None, False, 0, "", "false")
"""Values of a dropped key that would have done nothing."""
MISSING = ("ImportError", "ModuleNotFoundError", "NameError", "FileNotFoundError")
"""Errors of a package or a file that is not here: they say nothing of the config."""


@dataclass
class Agreement:
    """Counts over many configs, and what to look at.

    A refusal is a config that Axolotl refuses; a warning is one message of Axolotl. `missed` and `invented` hold
    (what, origin of the config).
    """

    configs: int = 0
    refusals: int = 0
    refusals_found: int = 0
    warnings: int = 0
    warnings_found: int = 0
    errors_said: int = 0
    errors_invented: int = 0
    warnings_said: int = 0
    warnings_invented: int = 0
    unknown: int = 0
    unknown_found: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    invented: Counter[str] = field(default_factory=Counter)
    where: dict[str, str] = field(default_factory=dict)

    def note(self, book: Counter[str], what: str, origin: str) -> None:
        """Count one, and keep the first place."""
        book[what] += 1
        self.where.setdefault(what, origin)

    def report(self, most: int = 25) -> str:
        """For a terminal."""
        lines = [
            f"{self.configs} configs",
            _share("refused by Axolotl and found", self.refusals_found, self.refusals),
            _share("warnings of Axolotl found", self.warnings_found, self.warnings),
            _share("errors said that Axolotl does not have", self.errors_invented, self.errors_said),
            _share("unknown keys found", self.unknown_found, self.unknown),
            _share("warnings quoted that Axolotl does not say", self.warnings_invented, self.warnings_said),
        ]
        for title, book in (("missed", self.missed), ("invented", self.invented)):
            lines += [f"{title}:"] if book else []
            lines += [f"  {count:4} {what}   [{self.where[what]}]" for what, count in book.most_common(most)]
        return "\n".join(lines)


def _share(words: str, part: int, whole: int) -> str:
    return f"{words}: {part} of {whole}" + (f" ({part / whole:.2%})" if whole else "")


def machine_of(name: str) -> Machine:
    """The machine that the judge is told of."""
    return named_machine(GPU[name])


def agreement(pairs: Iterable[tuple[Case, Answer]], version: Version | None = None) -> Agreement:
    """Compare every answer of this Axolotl (the newest) with memwizard's findings."""
    found = Agreement()
    for case, answer in pairs:
        _compare(case, answer, found, version)
    return found


def _compare(case: Case, answer: Answer, found: Agreement, version: Version | None) -> None:
    findings = list(review(Plan(case.config, axolotl=version), None, machine_of(case.machine)).findings)
    said = [BY_CODE[one.code] for one in findings]
    errors = refusals(findings)
    if any(text.startswith(MISSING) for text in answer["errors"]):
        return  # a package or a file is not here: that says nothing of the config
    found.configs += 1
    if answer["errors"]:
        found.refusals += 1
        found.refusals_found += bool(errors)
        if not errors:
            found.note(found.missed, f"error: {answer['errors'][0][:150]}", case.origin)
    else:
        found.errors_invented += len(errors)
        for one in errors:
            found.note(found.invented, f"error {one.code}: {one.message[:120]}", case.origin)
    found.errors_said += len(errors)
    for text in answer["warnings"]:
        found.warnings += 1
        if any(piece in text for rule in said for piece in rule.quotes):
            found.warnings_found += 1
        else:
            found.note(found.missed, f"warning: {text[:150]}", case.origin)
    spoken = {field for one in findings if one.code in ("MW690", "MW801", "MW802", "MW804") for field in one.fields}
    for key in answer["unknown"]:
        if case.config[key] in _NOTHING:
            continue
        found.unknown += 1
        found.unknown_found += key in spoken
        if key not in spoken:
            found.note(found.missed, f"unknown key: {key}", case.origin)
    if not answer["errors"]:
        _quoted(findings, answer["warnings"], case, found)


def _quoted(findings: list[Any], warnings: list[str], case: Case, found: Agreement) -> None:
    for one in findings:
        rule = BY_CODE[one.code]
        if one.severity != "warning" or not one.quoted or one.code in _SAY_MORE:
            continue
        found.warnings_said += 1
        if not any(piece in text for piece in rule.quotes for text in warnings):
            found.warnings_invented += 1
            found.note(found.invented, f"warning {one.code}: {one.message[:120]}", case.origin)
