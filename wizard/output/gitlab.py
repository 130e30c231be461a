"""The findings of `check` as GitLab's code quality report.

Form: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Any

from wizard.output.sarif import Placed

_SEVERITY = {"error": "major", "warning": "minor", "hint": "info"}


def gitlab(judged: Iterable[tuple[str, Placed]]) -> list[dict[str, Any]]:
    """One entry for each finding. A fingerprint stays when lines move: file, rule and fields make it."""
    seen = Counter[tuple[str, ...]]()
    found = []
    for file, placed in judged:
        path = "stdin" if file == "-" else file.removeprefix("./")
        for finding, place in placed:
            key = (path, finding.code, *finding.fields)
            seen[key] += 1
            whole = "\0".join((*key, str(seen[key]))).encode(errors="surrogateescape")
            found.append(
                {
                    "description": finding.message,
                    "check_name": f"{finding.code} {finding.name}",
                    "fingerprint": hashlib.sha256(whole).hexdigest(),
                    "severity": _SEVERITY[finding.severity],
                    "location": {"path": path, "lines": {"begin": place.line if place else finding.line or 1}},
                }
            )
    return found
