"""One hostile input: a call of memwizard with all that it finds."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Case:
    """`files`: by their names below the current folder; `home/...` is the person's home.

    `terminal`: stdout says that it is one. `copies`: stdout is a file's text, which only a terminal is spared.
    """

    arguments: tuple[str, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    stdin: bytes = b""
    environment: Mapping[str, str] = field(default_factory=dict)
    terminal: bool = False
    copies: bool = False

    @property
    def one_json(self) -> bool:
        """Whether all of stdout is one JSON document."""
        return "sarif" in self.arguments and not self.helps

    @property
    def json_lines(self) -> bool:
        """Whether stdout is lines of JSON."""
        words = self.arguments
        named = "--format" in words and words[words.index("--format") + 1 : words.index("--format") + 2] == ("json",)
        return (
            "--json" in words or named or words[:1] == ("mcp",) or words[:2] == ("history", "export")
        ) and not self.helps

    @property
    def helps(self) -> bool:
        """Whether help is asked for, in place of all else."""
        return bool({"-h", "--help", "--version"} & set(self.arguments))


def as_row(case: Case) -> dict[str, Any]:
    """A case as plain data; bytes that are no text in base64."""
    row = asdict(case)
    return {**row, "files": {name: _text(one) for name, one in case.files.items()}, "stdin": _text(case.stdin)}


def of_row(row: Mapping[str, Any]) -> Case:
    """The case again."""
    files = {name: _bytes(one) for name, one in row["files"].items()}
    return Case(**{**row, "arguments": tuple(row["arguments"]), "files": files, "stdin": _bytes(row["stdin"])})


def _text(content: bytes) -> str | list[str]:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return [base64.b64encode(content).decode()]


def _bytes(written: str | list[str]) -> bytes:
    return written.encode() if isinstance(written, str) else base64.b64decode(written[0])
