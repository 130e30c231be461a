"""What a run on a CPU does not tell, and why: a failure of these is none of the file's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

REASONS: dict[str, str] = {}
"""What an outcome says, as a pattern, and why it is not the file's."""


def unjudged(row: Mapping[str, Any]) -> str | None:
    """Why a failure is no fault of the file; None where it is one."""
    return next((why for said, why in REASONS.items() if re.search(said, str(row["outcome"]))), None)
