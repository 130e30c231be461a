"""Findings as SARIF 2.1.0 (OASIS), which GitHub code scanning and editors read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from wizard import __version__
from wizard.domain.errors import InputError
from wizard.domain.finding import Finding
from wizard.output.text.snippet import Place
from wizard.rules.catalogue import ENTRIES, every_rule
from wizard.rules.registry import Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "hint": "note"}
_NUMBER = {entry.code: number for number, entry in enumerate(ENTRIES)}

Placed = Sequence[tuple[Finding, "Place | None"]]


def sarif(judged: Iterable[tuple[str, Placed]], problems: Sequence[InputError] = ()) -> dict[str, Any]:
    """One log of one run: every rule, the findings of all files, and the files that could not be used."""
    driver = {"name": "memwizard", "version": __version__, "rules": [_rule(rule) for rule in every_rule()]}
    invocation: dict[str, Any] = {"executionSuccessful": not problems}
    if problems:
        invocation["toolExecutionNotifications"] = [_notification(problem) for problem in problems]
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": [_result(file, finding, place) for file, placed in judged for finding, place in placed],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": " ".join(rule.sections.get("What it checks", rule.summary).split())},
        "help": {"text": rule.doc},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"fix": rule.fix, "since": rule.since, "source": rule.source},
    }


def _result(file: str, finding: Finding, place: Place | None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(file)}}
    if place is not None:
        physical["region"] = {"startLine": place.line}
        if place.end > place.column:
            physical["region"] |= {"startColumn": place.column, "endColumn": place.end}
    message = finding.message
    if finding.fix is not None:
        message += f". Fix ({finding.fix.safety}): {finding.fix.says}"
    found: dict[str, Any] = {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": message},
        "locations": [{"physicalLocation": physical}],
    }
    if finding.code in _NUMBER:
        found["ruleIndex"] = _NUMBER[finding.code]
    return found


def _notification(problem: InputError) -> dict[str, Any]:
    found: dict[str, Any] = {"level": "error", "message": {"text": problem.message}}
    if problem.file is not None:
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(problem.file)}}
        if problem.line is not None:
            physical["region"] = {"startLine": problem.line}
        found["locations"] = [{"physicalLocation": physical}]
    return found


def _uri(file: str) -> str:
    """A file as a URI reference: relative to where the command ran, as GitHub wants it, or `file://`."""
    if file in ("-", "<stdin>"):
        return "stdin"
    path = quote(file, errors="surrogateescape").removeprefix("./")
    return f"file://{path}" if path.startswith("/") else path
