"""The open files, each with its text and the last review that it gave."""

from __future__ import annotations

from dataclasses import dataclass, field

from wizard.domain.errors import InputError
from wizard.lsp.ports import Engine, JudgedText
from wizard.lsp.positions import split

MOST = 1 << 20
"""Characters beyond which a text is no config."""


@dataclass
class OpenFile:
    """A file as the editor has it. `judged`: the last good review, be it of an older text; `problem`: of this text."""

    name: str
    text: str
    judged: JudgedText | None = None
    problem: InputError | None = None
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lines = split(self.text)

    def took(self, text: str) -> None:
        """The editor has another text now."""
        self.text, self.lines = text, split(text)

    def judge(self, engine: Engine) -> None:
        """Judge the text: what can't be read keeps the last good review, what is no config has none."""
        if len(self.text) > MOST or not (self.judged or engine.concerns(self.text)):
            self.judged = self.problem = None
            return
        try:
            self.judged, self.problem = engine.judge(self.text, self.name), None
        except InputError as error:
            self.problem = error
        else:
            if not engine.concerns(self.text):  # it was one, until its last keys went
                self.judged = None

    @property
    def ours(self) -> bool:
        """Whether it is an Axolotl config."""
        return self.judged is not None or self.problem is not None
