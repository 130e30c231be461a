"""What the language server needs of the outside: a judge of texts, and the hand that changes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from wizard.domain.finding import Finding
from wizard.domain.version import Version
from wizard.output.text.snippet import Place
from wizard.review import Review


@dataclass(frozen=True, slots=True)
class JudgedText:
    """The review of a text, and where each of its findings stands; `lines`: of its top-level keys, from 1."""

    review: Review
    placed: tuple[tuple[Finding, Place | None], ...]
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PageOfRule:
    """The URI of a file, and the line (from 1) at which a rule's text begins in it."""

    uri: str
    line: int


class Engine(Protocol):
    """Judges and changes the text of a file, which may differ from what is on disk."""

    @property
    def axolotl(self) -> Version:
        """The known version that files are for."""

    @property
    def fixes_on_save(self) -> bool:
        """Whether what is safe to fix is fixed as a file is saved."""

    def concerns(self, text: str) -> bool:
        """Whether a text is an Axolotl config."""

    def judge(self, text: str, file: str) -> JudgedText:
        """The review of a text. Raises InputError for what is no config."""

    def page(self, code: str) -> PageOfRule | None:
        """Where a rule's page is; None where there is none."""

    def changed(self, text: str, file: str, changes: Mapping[str, object]) -> str:
        """The text with these fields changed, every other byte as it is. Raises InputError where it can't be."""

    def settled(self, text: str, file: str) -> str:
        """The text with all safe fixes. Raises InputError for what is no config."""

    def renewed(self, settings: Mapping[str, object] | None) -> Engine:
        """The same with an editor's settings, or those that hold; what was kept is read anew. Raises InputError."""
