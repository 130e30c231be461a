"""The dialogue with one person: phrases what the conversation did, and obeys the words that work at every prompt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from wizard.domain.errors import InputError
from wizard.domain.finding import Finding
from wizard.domain.machine import Machine
from wizard.domain.plan import Plan
from wizard.domain.secrets import masked
from wizard.domain.text import sentence
from wizard.fit.search import PREFERENCES
from wizard.output.text.fix_text import asked_text, changed_lines
from wizard.plain.commands import AGAIN, BACK, MORE, QUIT, WRITE, Answer, Move, Order, order
from wizard.plain.console import Voice
from wizard.plain.help_text import help_lines
from wizard.plain.key_text import explained_lines, key_lines, keys_lines
from wizard.plain.phrases import answered, cautioned, dismissed, fixed, taken, turned
from wizard.plain.render import findings_text, fit_lines, memory_text
from wizard.review import Review
from wizard.session import fixing
from wizard.session.answers import take_best
from wizard.session.conversation import Conversation
from wizard.session.data_caution import caution, heed, offered
from wizard.session.draft import Draft
from wizard.session.editing import edited, take_edited
from wizard.session.every_key import set_key
from wizard.session.filing import launch_ready, write_beside
from wizard.session.proposals import fitting
from wizard.session.results import Changed, Fixed, Refused, Result
from wizard.session.writing import Pending, WrittenFile

Explain = Callable[[], Sequence[str]]
_ASIDE = frozenset({"?", "help", "quit"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended. `path` None: nothing was written; `-`: `text` is for standard output. `code`: the exit code.

    `kept`: there is unwritten work to go on with.
    """

    path: str | None = None
    text: str | None = None
    review: Review | None = None
    code: int = 0
    kept: bool = False


class Dialogue:
    """Says the conversation line by line."""

    def __init__(self, session: Conversation, voice: Voice) -> None:
        self.session = session
        self.voice = voice
        self.written: WrittenFile | None = None
        self.unfolded = set[int]()
        """The steps whose folded questions are asked too."""

    @property
    def outcome(self) -> Outcome:
        """How it ended, once it has."""
        if self.written is None:
            return Outcome(kept=self.session.unwritten)
        return Outcome(self.written.path, self.written.text, self.session.review)

    def tell(self, *texts: str, hang: int = 2) -> None:
        """Say each on lines of its own."""
        self.voice.tell(*texts, hang=hang)

    # Where it begins

    def look(self) -> Machine:
        """The machine as probed, or as it was named when the wizard was started."""
        if self.session.found is None:
            self.tell("Looking for GPUs ...")
            self.session.machine_seen(self.session.outside.probe())
        assert self.session.found is not None
        return self.session.found

    def resume(self, draft: Draft) -> bool:
        """Go on with a draft; False, with the reason told, where that can't be."""
        if draft.machine is None:
            self.look()
        done = self.session.resume(draft)
        if isinstance(done, Refused):
            self.tell(f"That can't be gone on with: {sentence(done.reason)}")
            return False
        undo = ["Type undo to take back what was changed last."] if done.undoable else []
        self.tell(*([done.elsewhere] if done.elsewhere else []), *undo)
        return True

    # Asking

    def ask(self, prompt: str, explain: Explain, *, only: frozenset[str] | None = None) -> Answer | Move:
        """The person's answer, or where to go. Words that only tell something are obeyed, and it is asked again."""
        while True:
            line = self.voice.ask(prompt)
            if line.startswith("="):
                return Answer(line[1:].strip(), literal=True)
            try:
                given = order(line, self.session.steps)
            except InputError as error:
                self.tell(error.message)
                continue
            if given is None:
                return Answer(line)
            if only is not None and given.word not in only:
                self.tell("Answer yes or no first.")
                continue
            move = self._obey(given, explain)
            if move is not None:
                return move

    def agrees(self, question: str, explain: Explain, *, usual: bool, aside: bool = False) -> bool | Move:
        """Yes or no; Enter is the usual answer. `aside`: nothing is begun yet, so that few words work."""
        while True:
            answer = self.ask(
                f"{question} yes or no [{'yes' if usual else 'no'}]:", explain, only=_ASIDE if aside else None
            )
            if isinstance(answer, Move):
                return answer
            said = answer.text.lower() or ("yes" if usual else "no")
            if said in ("y", "yes", "n", "no"):
                return said in ("y", "yes")
            self.tell("Type yes or no.")

    def all_words(self) -> list[str]:
        """Every word that works at every prompt."""
        return help_lines(len(self.session.steps))

    def agrees_to(self, pending: Pending, explain: Explain | None = None, *, aside: bool = True) -> bool | Move:
        """Whether it is to be written: over another text only after its difference was told."""
        if pending.status != "replaces":
            return True
        self.tell(*pending.difference.splitlines())
        agreed = self.agrees(f"{pending.path} exists. Replace it?", explain or self.all_words, usual=False, aside=aside)
        if agreed is False or (aside and agreed is not True):
            self.tell(f"{pending.path} was left as it is.")
            return False
        return agreed

    def _obey(self, given: Order, explain: Explain) -> Move | None:
        moves = {"back": BACK, "more": MORE, "step": Move("step", given.step), "write": WRITE, "quit": QUIT}
        if given.word in moves:
            return moves[given.word]
        doing: dict[str, Callable[[], bool]] = {
            "fix": self._fix,
            "fix all": lambda: self._fixed(fixing.fix_all(self.session)),
            "undo": lambda: self._turned(self.session.undo(), "undone"),
            "redo": lambda: self._turned(self.session.redo(), "done again"),
            "take best": self._take_best,
            "launch": lambda: self._launch(given.kind),
            "edit": self._edit,
            "set": lambda: self._set(given.key, given.text),
            "unset": lambda: self._set(given.key, ""),
        }
        if given.word in doing:
            return AGAIN if doing[given.word]() else None
        prefer = next((one for one in PREFERENCES if one == given.kind), PREFERENCES[0])
        telling: dict[str, Explain] = {
            "?": explain,
            "help": self.all_words,
            "memory": lambda: memory_text(self.session.review),
            "fit": lambda: fit_lines(fitting(self.session.state, prefer)),
            "data": self._data,
            "findings": lambda: findings_text(self.session.review),
            "yaml": self._file,
            "keys": lambda: keys_lines(self.session.state, given.text),
            "explain": lambda: explained_lines(self.session.state, given.text),
            "key": lambda: key_lines(self.session.state, given.key),
            "dismiss": lambda: dismissed(dismissing=self.session.dismiss_last_run()),
        }
        self.tell(*telling[given.word]())
        return None

    # What was done

    def took(self, done: Result, **told: str) -> bool:
        """Tell what an answer did; whether anything has changed. `told`: as `answered` of the phrases takes it."""
        self.tell(*answered(done, **told))
        if done.remark is not None:
            self.caution()
        return isinstance(done, Changed)

    def caution(self) -> None:
        """Tell what is lost of the rows, where something is, and what was set so that less is."""
        session, plan = self.session, self.session.state.plan
        told = caution(session.state, session.situation.head, session.outside)
        done = heed(session, plan, told)
        self.tell(*cautioned(told, done, offered(session)))

    def _fix(self) -> bool:
        """The first fix; an unsafe one is named first."""
        meant = fixing.fix_meant(self.session)
        if meant is not None and meant.fix is not None and meant.fix.safety == "unsafe":
            self.tell(asked_text(meant), *changed_lines(*self._comes_to(meant)))
            if self.agrees("Take it?", lambda: [sentence(meant.message)], usual=True, aside=True) is not True:
                self.tell(f"{meant.code} was left as it is.")
                return False
        return self._fixed(fixing.fix(self.session, meant))

    def _comes_to(self, finding: Finding) -> tuple[Mapping[str, object], Plan]:
        changes, _ = fixing.outcome(self.session, finding)
        return changes, self.session.state.plan

    def _fixed(self, done: Fixed | Result) -> bool:
        self.tell(*fixed(done))
        return isinstance(done, Fixed)

    def _turned(self, done: Result, word: str) -> bool:
        self.tell(*turned(done, word))
        return isinstance(done, Changed)

    def _take_best(self) -> bool:
        done, found = take_best(self.session)
        if isinstance(done, Changed) or done.why == "the same":
            return self.took(done)
        self.tell(*fit_lines(found)[:1])
        return False

    def _set(self, key: str, text: str) -> bool:
        """Set a key, or take it out; whether anything has changed."""
        done = set_key(self.session, key, text)
        if isinstance(done, Refused):
            self.tell(f"Not taken: {sentence(done.reason)}")
            return False
        return self.took(done)

    def _edit(self) -> bool:
        """The file in the person's editor, again where it is no config then; whether anything has changed."""
        try:
            text = self.session.rendered()
        except InputError as error:
            self.tell(f"The file can't be written so: {sentence(error)}")
            return False
        while True:
            left = edited(self.session, text)
            done = left if isinstance(left, Refused) else take_edited(self.session, left)
            if not isinstance(done, Refused):
                return self.took(done)
            self.tell(f"Not taken: {sentence(done.reason)}")
            if isinstance(left, Refused) and left.again is None:
                return False
            text = left if isinstance(left, str) else left.again or text
            if self.agrees("Edit it again?", self.all_words, usual=True, aside=True) is not True:
                return False

    def _launch(self, kind: str) -> bool:
        """Write what starts the run, beside the config; whether the plan has changed for it."""
        begun = launch_ready(self.session, kind)
        if isinstance(begun, Refused):
            self.tell(f"Not written: {sentence(begun.reason)}")
            return False
        changed = begun.change is not None and self.took(begun.change)
        for pending in begun.pending:
            if self.agrees_to(pending) is not True:
                continue
            done = write_beside(self.session, pending)
            self.tell(taken(done))
            if not isinstance(done, WrittenFile):
                return changed
        self.tell(f"Once the config is written, start it with: {begun.command}")
        return changed

    # What is told

    def _data(self) -> list[str]:
        state = self.session.state
        try:
            told = self.session.outside.data(state.plan, state.machine, state.file)
        except InputError as error:
            return [sentence(error)]
        advice = [f"{one.says}; set {one.field} {one.value} takes it." for one in told.advice]
        return [*told.text.splitlines(), *advice]

    def _file(self) -> list[str]:
        try:
            return masked(self.session.rendered()).splitlines() or ["The file would be empty."]
        except InputError as error:
            return [f"The file can't be written so: {sentence(error)} Type undo to take the last change back."]
