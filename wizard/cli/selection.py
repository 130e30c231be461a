"""Which rules count: `--select`, `--ignore`, a project's settings, and comments in the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from wizard.cli.naming import named
from wizard.domain.errors import InputError
from wizard.domain.finding import Finding
from wizard.domain.nearest import did_you_mean
from wizard.rules.catalogue import ENTRIES, find, words
from wizard.world.comments import Ignore, ignores
from wizard.world.settings import Settings

_PREFIX = re.compile(r"MW\d{0,2}", re.IGNORECASE)


def codes(wanted: Iterable[str], file: str | None = None) -> frozenset[str]:
    """The codes that codes, prefixes (`MW1`) and names mean. Raises InputError for what means none."""
    found: set[str] = set()
    for word in wanted:
        short = word.upper() if _PREFIX.fullmatch(word) else None
        meant = [entry.code for entry in ENTRIES if short is not None and entry.code.startswith(short)]
        found.update(meant or [named(word, file).code])
    return frozenset(found)


def split(values: Sequence[str]) -> tuple[str, ...] | None:
    """`MW1,MW2` of repeatable options; None where there is none."""
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip()) if values else None


def counted(settings: Settings, select: tuple[str, ...] | None, ignore: tuple[str, ...] | None) -> frozenset[str]:
    """The codes that count. The command line's `select` and `ignore` stand in place of the settings' own.

    With `--select`, the settings' `ignore` does not count either.
    """
    wanted = frozenset(entry.code for entry in ENTRIES)
    if select is not None:
        wanted = codes(select)
    elif settings.select is not None:
        wanted = codes(settings.select, settings.source)
    if ignore is not None:
        wanted -= codes(ignore)
    elif settings.ignore is not None and select is None:
        wanted -= codes(settings.ignore, settings.source)
    return wanted


class Comments:
    """The ignore comments of one text, and a sentence for each that can't be followed."""

    def __init__(self, text: str, name: str) -> None:
        self.notes: list[str] = []
        self._lines: dict[int, frozenset[str]] = {}
        self._file: set[str] = set()
        for one in ignores(text):
            where = f"{name}:{one.line}"
            if one.whole_file and not one.alone:
                self.notes.append(f"{where}: `ignore-file` must stand on a line of its own")
            elif not one.whole_file and one.alone:
                self.notes.append(f"{where}: `ignore` counts for its own line, which is empty; meant `ignore-file`?")
            else:
                self._take(one, where)

    def _take(self, one: Ignore, where: str) -> None:
        known = set() if one.words else {entry.code for entry in ENTRIES}
        for word in one.words:
            try:
                known.add(find(word).code)
            except InputError:
                self.notes.append(f"{where}: there is no rule '{word}' to ignore.{did_you_mean(word, words())}")
        if one.whole_file:
            self._file |= known
        else:
            self._lines[one.line] = frozenset(known)

    def ignored(self, finding: Finding) -> bool:
        """Whether a comment says that this finding does not count."""
        return finding.code in self._file or finding.code in self._lines.get(finding.line or 0, ())
