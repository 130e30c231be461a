"""A person who types lines, and the real outside on a recorded machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from wizard.cli.outside import RealOutside
from wizard.domain.machine import Machine
from wizard.plain import Outcome, run
from wizard.session.draft import Draft
from wizard.session.opening import Opening
from wizard.world.presets import preset
from wizard.world.recorded import recorded

NOW = "2026-03-01T12:00:00+01:00"


class Recorded(RealOutside):
    """The real outside but for the machine, which was recorded, and the drafts, which are counted."""

    def __init__(self, demo: str = "rtx-4090", hub: bool = False) -> None:
        super().__init__(hub)
        self.demo = demo
        self.probed = 0
        self.kept: list[Mapping[str, object]] = []
        self.taken: list[Draft] = []
        self.forgotten = 0

    def probe(self) -> Machine:
        self.probed += 1
        return replace(recorded(self.demo), origin="probed", name=None)

    def take(self, draft: Draft) -> None:
        self.taken.append(draft)

    def keep(self, draft: Mapping[str, object]) -> None:
        self.kept.append(draft)

    def forget(self) -> None:
        self.forgotten += 1


class Person:
    """Types these lines, then the end of the input; remembers all that was said, prompts too."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = iter(lines)
        self.said: list[str] = []
        self.prompts: list[str] = []

    def read(self, prompt: str) -> str:
        self.said.append(prompt)
        self.prompts.append(prompt)
        try:
            return next(self.lines)
        except StopIteration:
            raise EOFError from None

    def say(self, line: str) -> None:
        self.said.append(line)

    @property
    def text(self) -> str:
        """All that was said, on one line: where a line was broken is no matter."""
        return " ".join(" ".join(self.said).split())

    def heard(self, words: str) -> bool:
        """Whether something was said, wherever lines were broken: in a path, which is one word, too."""
        return "".join(words.split()) in "".join("".join(self.said).split())


def opening(name: str = "qlora-24gb", target: Path | str = "axolotl.yml") -> Opening:
    return Opening(preset(name).plan, None, name, str(target))


def own_file(path: Path, text: str) -> Opening:
    path.write_text(text)
    plan, found = RealOutside().opened(str(path))
    return Opening(plan, None, None, str(path), file=str(path), text=found)


def talk(
    start: Opening, *lines: str, outside: RealOutside | None = None, in_ascii: bool = False
) -> tuple[Outcome | None, Person]:
    """The outcome, None where the lines came to an end before the dialogue did; and the person."""
    person = Person(lines)
    try:
        found = run(start, outside or Recorded(), read=person.read, say=person.say, ascii=in_ascii, now=lambda: NOW)
    except EOFError:
        return None, person
    return found, person
