"""The last step: the findings counted, the name of the file, and the writing."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.domain.text import sentence
from wizard.output.text.next_steps import before_writing
from wizard.plain.commands import DONE, WRITE, Move
from wizard.plain.dialogue import Dialogue
from wizard.plain.render import topic_lines
from wizard.session.filing import ready, write
from wizard.session.own_file import said_of_it
from wizard.session.results import Refused

_MEND = "To have it fit first: no, then fit, which lists what fits."
_YES, _NO = ("y", "yes"), ("n", "no")
"""Answers to a question that was not asked: no person means a file of that name, unless a sign `=` is before it."""


@dataclass(frozen=True)
class ReviewStop:
    """Writes the file: over an existing one only after its difference was shown and agreed to."""

    step: int

    def applies(self, dialogue: Dialogue) -> bool:
        """Always."""
        return True

    def ask(self, dialogue: Dialogue) -> Move:
        """Ask for the name of the file until one is written."""
        dialogue.tell("Type yaml for the file as it would be written, - as its name to have it on standard output.")
        while True:
            answer = dialogue.ask(f"Write to [{dialogue.session.target}]:", self._explained)
            if isinstance(answer, Move) and answer != WRITE:
                return answer
            if not isinstance(answer, Move) and not answer.literal and answer.text.lower() in _NO:
                dialogue.tell("Nothing is written then. Type another name, back, or quit to leave.")
                continue
            if not isinstance(answer, Move) and answer.text and (answer.literal or answer.text.lower() not in _YES):
                dialogue.session.name_target(answer.text)
            done = self._write(dialogue)
            if isinstance(done, Refused):
                dialogue.tell(f"Not written: {sentence(done.reason)}")
            elif done is not None:
                return done

    def _explained(self) -> list[str]:
        return [
            *topic_lines("target"),
            "Enter writes the file in brackets; type another name for another file.",
            "Where that file exists, what would change in it is told first, and its old content stays as a backup.",
        ]

    def _write(self, dialogue: Dialogue) -> Move | Refused | None:
        """Write it; None where the person would rather not."""
        pending = ready(dialogue.session)
        if isinstance(pending, Refused):
            return pending
        if pending.on_top:
            dialogue.tell(said_of_it(pending.path))
        if pending.status == "replaces":
            dialogue.tell(*before_writing(dialogue.session.review, _MEND).splitlines())
        agreed = dialogue.agrees_to(pending, self._explained, aside=False)
        if agreed is not True:
            return agreed or None
        done = write(dialogue.session, pending)
        if isinstance(done, Refused):
            return done
        if not done.changed:
            dialogue.tell(f"{done.path} is already so.")
        if done.backup is not None:
            dialogue.tell(f"The old content is {done.backup}.")
        dialogue.written = done
        return DONE
