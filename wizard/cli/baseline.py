"""`check --baseline`: the findings that a repository had when it began, which are not told again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from wizard.domain.errors import InputError
from wizard.domain.finding import Finding

Keys = frozenset[tuple[str, str]]
_VERSION = 1


class Baseline:
    """The findings of a file: each by its config and by what it is, wherever its line has moved to."""

    def __init__(self, folder: Path, known: Keys) -> None:
        self._folder, self._known = folder, known

    def has(self, file: str, finding: Finding) -> bool:
        """Whether a finding of a config is among them."""
        return (_named(file, self._folder), _what(finding)) in self._known


def read(path: str) -> Baseline:
    """The baseline in a file. Raises InputError where it is none."""
    from wizard.world.jsonfile import parse_object
    from wizard.world.yamlfile import read_text

    made = parse_object(read_text(path), path)
    rows = made.get("findings")
    if made.get("version") != _VERSION or not isinstance(rows, dict) or not all(map(_is_row, rows.values())):
        raise InputError("is no baseline of this memwizard: write it anew with --write-baseline", file=path)
    known = frozenset((file, one) for file, listed in rows.items() for one in listed)
    return Baseline(_folder(path), known)


def write(path: str, found: Iterable[tuple[str, Iterable[Finding]]]) -> int:
    """Write the findings of configs as a baseline, and tell how many there are. Raises InputError where it can't be."""
    from wizard.world import atomic

    folder = _folder(path)
    rows = {_named(file, folder): sorted({_what(one) for one in findings}) for file, findings in found}
    kept = {file: listed for file, listed in sorted(rows.items()) if listed}
    text = json.dumps({"version": _VERSION, "findings": kept}, indent=1, ensure_ascii=True) + "\n"
    atomic.write(Path(path), text, backup=False)
    return sum(map(len, kept.values()))


def _is_row(listed: Any) -> bool:
    return isinstance(listed, list) and all(isinstance(one, str) for one in listed)


def _folder(path: str) -> Path:
    return Path(os.path.realpath(path)).parent


def _named(file: str, folder: Path) -> str:
    """A config as the baseline names it: from its own folder on."""
    return file if file == "-" else Path(os.path.relpath(os.path.realpath(file), folder)).as_posix()


def _what(finding: Finding) -> str:
    return " ".join((finding.code, *finding.fields))
