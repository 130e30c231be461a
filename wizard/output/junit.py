"""The findings of `check` as JUnit's XML: a suite for each file, a case for each finding.

Form: https://github.com/testmoapp/junitxml, which Jenkins, GitLab and Azure read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree

from wizard.domain.text import safe
from wizard.output.sarif import Placed

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML text can hold."""


def junit(judged: Iterable[tuple[str, Placed]], *, strict: bool = False) -> str:
    """Errors are failures, with `strict` warnings too; others are told and pass. A file without is a pass."""
    fails = ("error", "warning") if strict else ("error",)
    root, total, failed = ElementTree.Element("testsuites", name="memwizard"), 0, 0
    for file, placed in judged:
        wrong = sum(finding.severity in fails for finding, _ in placed)
        cases = max(1, len(placed))
        total, failed = total + cases, failed + wrong
        suite = ElementTree.SubElement(root, "testsuite", name=_text(file), tests=str(cases), failures=str(wrong))
        for finding, place in placed:
            line = place.line if place else finding.line
            case = _case(suite, file, f"{finding.code} {finding.name}" + (f" (line {line})" if line else ""))
            text = _text(f"{file}{f':{line}' if line else ''}: {finding.message}")
            if finding.severity in fails:
                told = {"message": _text(finding.message), "type": finding.severity}
                ElementTree.SubElement(case, "failure", told).text = text
            else:
                ElementTree.SubElement(case, "system-out").text = text
        if not placed:
            _case(suite, file, "no findings")
    root.set("tests", str(total))
    root.set("failures", str(failed))
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode", xml_declaration=False)
    return safe(text.replace("\r", "&#13;"), "&#{};")


def _case(suite: ElementTree.Element, file: str, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(suite, "testcase", name=_text(name), classname=_text(file))


def _text(text: str) -> str:
    return _NO_XML.sub("?", text)
