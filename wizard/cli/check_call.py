"""The options of one `memwizard check`, and what comes of it file after file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wizard.cli.common import say, shown
from wizard.cli.echo import echo
from wizard.domain.errors import InputError
from wizard.domain.secrets import masked

if TYPE_CHECKING:
    from wizard.domain.finding import Finding
    from wizard.domain.version import Version
    from wizard.output.text.findings import Gathered, Tally
    from wizard.output.text.snippet import Place


LOGS = ("sarif", "gitlab", "junit")
"""The formats that are one log for all files."""


@dataclass(frozen=True, slots=True)
class Told:
    """What judging one file came to: what is said on stderr and printed, and the problem where it can't be read; never
    the review.

    `placed`: the findings and where they stand, for a log of all files. `gathered`: those said once for all files.
    """

    file: str
    notes: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    tally: Tally = field(default_factory=Counter)
    wrong: bool = False
    problem: InputError | None = None
    placed: list[tuple[Finding, Place | None]] = field(default_factory=list)
    gathered: tuple[Gathered, ...] = ()


@dataclass
class CheckCall:
    """The options of one call, and what came of it so far.

    `many`: there are several files, so that what is said of each alike is said once. `unreadable`: files that could
    not be judged. `gathered`: what is said once, with where it holds. `text`: what goes into a file in place of stdout.
    """

    form: str
    fix: bool
    diff: bool
    unsafe: bool
    strict: bool | None
    axolotl: Version | None = None
    statistics: bool = False
    output_file: str | None = None
    new_baseline: str | None = None
    many: bool = False
    code: int = 0
    fixed: int = 0
    changed: int = 0
    judged: int = 0
    unreadable: int = 0
    on_stderr: bool = False
    tally: Tally = field(default_factory=Counter)
    said: set[str] = field(default_factory=set)
    placed: list[tuple[str, list[tuple[Finding, Place | None]]]] = field(default_factory=list)
    problems: list[InputError] = field(default_factory=list)
    gathered: list[Gathered] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def problem(self, error: InputError) -> None:
        """A file can't be used; what is wrong with several files is said once."""
        if str(error) not in map(str, self.problems):
            say(str(error))
        self.problems.append(error)
        self.code = 2

    def note(self, sentence: str) -> None:
        """A sentence on stderr, once."""
        if sentence not in self.said:
            self.said.add(sentence)
            say(sentence)

    def take(self, told: Told) -> None:
        """Print what was told of a file, and count it."""
        if told.problem is not None:
            self.problem(told.problem)
            self.unreadable += 1
        for sentence in told.notes:
            self.note(sentence)
        self.judged += told.problem is None
        self.tally.update(told.tally)
        self.on_stderr |= self.fix and not self.diff and told.file == "-"
        if told.wrong:
            self.code = max(self.code, 1)
        if self.form in LOGS or self.new_baseline is not None:
            self.placed.append((shown(told.file), told.placed))
        if told.lines:
            self.print("\n".join(told.lines), err=self.fix and told.file == "-")  # at once: each echo is a write
        self.gathered += told.gathered

    def print(self, text: str, *, err: bool | None = None) -> None:
        """Print findings, or keep them for the file that takes them."""
        if self.output_file is not None:
            self.text.append(masked(text) + "\n")
        else:
            echo(text, err=self.on_stderr if err is None else err, own=True)

    def close(self) -> None:
        """Write that file. Raises InputError where it can't be written."""
        if self.output_file is not None:
            from pathlib import Path

            from wizard.world import atomic

            atomic.write(Path(self.output_file), "".join(self.text), backup=False)
