"""The last step: the findings counted, the name of the file, and the writing."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.domain.diff import unified
from wizard.domain.errors import InputError
from wizard.plain.commands import DONE, WRITE, Move
from wizard.plain.dialogue import Outcome, Talk
from wizard.plain.render import sentence, topic_lines
from wizard.questions.steps import STEPS
from wizard.session.own_file import changed_meanwhile, said_of_it


@dataclass(frozen=True)
class ReviewStop:
    """Writes the file: over an existing one only after its difference was shown and agreed to."""

    step: int = len(STEPS) - 1

    def applies(self, talk: Talk) -> bool:
        """Always."""
        return True

    def ask(self, talk: Talk) -> Move:
        """Ask for the name of the file until one is written."""
        talk.tell("Type yaml for the file as it would be written, - as its name to have it on standard output.")
        while True:
            answer = talk.ask(f"Write to [{talk.target}]:", self._explained)
            if isinstance(answer, Move) and answer != WRITE:
                return answer
            if not isinstance(answer, Move) and answer.text:
                if "\0" in answer.text:  # no system takes it, and not every way to ask one says so well
                    talk.tell("Not written: a name can't hold a zero byte.")
                    continue
                talk.target = answer.text
            try:
                move = self._write(talk, talk.target)
            except InputError as error:
                talk.tell(f"Not written: {sentence(error)}")
                continue
            if move is not None:
                return move

    def _explained(self) -> list[str]:
        return [
            *topic_lines("target"),
            "Enter writes the file in brackets; type another name for another file.",
            "Where that file exists, what would change in it is told first, and its old content stays as a backup.",
        ]

    def _text(self, talk: Talk, path: str) -> str:
        """What to write. Where the person's own file was changed meanwhile, the changes are put on top of that."""
        text = changed_meanwhile(path, talk.text, talk.state.origin, talk.state, talk.outside)
        if text is None:
            return talk.rendered()
        talk.tell(said_of_it(path))
        return text

    def _write(self, talk: Talk, path: str) -> Move | None:
        """Write it; None where the person would rather not. Raises InputError."""
        text = self._text(talk, path)
        old = None if path == "-" else talk.outside.read(path)
        if old is not None and old != text:
            talk.tell(*unified(old, text, path).splitlines())
            agreed = talk.agrees(f"{path} exists. Replace it?", self._explained, usual=False)
            if isinstance(agreed, Move):
                return agreed
            if not agreed:
                talk.tell(f"{path} was left as it is.")
                return None
        if old == text:
            talk.tell(f"{path} is already so.")
        elif path != "-":
            backup = talk.outside.write(path, text)
            if backup is not None:
                talk.tell(f"The old content is {backup}.")
        talk.outside.forget()
        talk.outcome = Outcome(path, text, talk.last)
        return DONE
