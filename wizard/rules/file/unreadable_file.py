"""MW831."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from wizard.domain.errors import InputError
from wizard.domain.finding import Finding
from wizard.domain.plan import Plan
from wizard.rules.registry import Rule, Subject, rule


@rule("MW831", "unreadable-file", "error", crashes=("yaml.scanner.ScannerError", "yaml.parser.ParserError"))
def unreadable_file(self: Rule, subject: Subject) -> Iterable[Finding]:
    """A file that can't be read, or that holds no config.

    What it checks
        Whether the file is there and is UTF-8 text, whether it is YAML as PyYAML reads it, and whether it holds
        `key: value` lines. It is bounded: 1 MiB, 100,000 values, 40 levels.

    Why it matters
        No other rule can be asked, so nothing is known of the file. It can't be ignored: a check ends with exit code
        2, whatever settings and comments say.

    Example
        Bad:
            base_model: [HuggingFaceTB/SmolLM2-135M

        Good:
            base_model: HuggingFaceTB/SmolLM2-135M

    Fix
        None: the message says what stands in the way, with its line where there is one.

    Source
        axolotl 0.19.0 cli/config.py:248, which loads with PyYAML's safe_load (executed)
    """
    return ()


def unreadable(error: InputError, file: str) -> Finding:
    """What it says of a file. Where it is another file that stands in the way, the message names that one."""
    own = error.file in (file, None)
    found = unreadable_file.finding(error.message if own else str(error), plan=Plan(source=file))
    return replace(found, line=error.line if own else None)
