"""The dialogue's state: what is chosen, what was said of it, and the words that work at every prompt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from wizard.domain.errors import InputError
from wizard.domain.machine import Machine
from wizard.domain.plan import changes
from wizard.fit.search import PREFERENCES
from wizard.output.yaml import document
from wizard.plain.commands import AGAIN, BACK, QUIT, WRITE, Answer, Move, Order, order
from wizard.plain.console import Voice
from wizard.plain.help_text import help_lines
from wizard.plain.launch import launch
from wizard.plain.render import findings_text, fit_lines, memory_text, news, sentence, verdict
from wizard.questions.question import Situation
from wizard.review import Review, review
from wizard.session.data_remark import remark
from wizard.session.draft import Draft, draft_of, to_mapping
from wizard.session.fixes import next_fix, prefer_same_training, safe_fixes
from wizard.session.history import History
from wizard.session.opening import Opening, first_state, resumed
from wizard.session.ports import Outside
from wizard.session.proposals import fitting
from wizard.session.state import State, also_changed

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


class Talk:
    """One dialogue with one person."""

    def __init__(self, opening: Opening, outside: Outside, voice: Voice, now: Callable[[], str]) -> None:
        self.opening = opening
        self.outside = outside
        self.voice = voice
        self.now = now
        self.target = opening.target
        self.text = opening.text
        self.found: Machine | None = opening.machine
        self.step = opening.start
        self.outcome: Outcome | None = None
        self.kept = False
        self._begin(first_state(opening, outside))

    def _begin(self, state: State) -> None:
        self.session = History(state)
        self.last = prefer_same_training(review(state.plan, state.model, state.machine))

    @property
    def state(self) -> State:
        """What is chosen now."""
        return self.session.state

    @property
    def situation(self) -> Situation:
        """What answers depend on."""
        return Situation(self.state.plan, self.state.model, self.state.machine)

    def tell(self, *texts: str, hang: int = 2) -> None:
        """Say each on lines of its own."""
        self.voice.tell(*texts, hang=hang)

    # Where it begins

    def look(self) -> Machine:
        """The machine as probed, or as it was named when the wizard was started."""
        if self.found is None:
            self.tell("Looking for GPUs ...")
            self.found = self.outside.probe()
        return self.found

    def start(self) -> None:
        """Plan for the probed machine."""
        if self.opening.machine is None:
            self._begin(first_state(replace(self.opening, machine=self.look()), self.outside))

    def resume(self, draft: Draft) -> bool:
        """Go on with a draft; False, with the reason told, where that can't be."""
        if draft.machine is None:
            self.start()
        try:
            state, text = resumed(draft, self.state, self.outside)
        except InputError as error:
            self.tell(f"That can't be gone on with: {sentence(error)}")
            return False
        self.text, self.target, self.step = text, draft.target, draft.step
        self._begin(state)
        self.outside.take(draft)
        self.kept = True
        return True

    # Asking

    def ask(self, prompt: str, explain: Explain, *, only: frozenset[str] | None = None) -> Answer | Move:
        """The person's answer, or where to go. Words that only tell something are obeyed, and it is asked again."""
        while True:
            line = self.voice.ask(prompt)
            if line.startswith("="):
                return Answer(line[1:].strip(), literal=True)
            try:
                given = order(line)
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

    def agrees_to(self, question: str) -> bool:
        """Yes or no, where anything else is no."""
        return self.agrees(question, help_lines, usual=False, aside=True) is True

    def _obey(self, given: Order, explain: Explain) -> Move | None:
        moves = {"back": BACK, "step": Move("step", given.number - 1), "write": WRITE, "quit": QUIT}
        if given.word in moves:
            return moves[given.word]
        doing = {
            "fix": self.fix,
            "fix all": self.fix_all,
            "undo": self.undo,
            "redo": self.redo,
            "take best": self.take_best,
        }
        if given.word in doing:
            return AGAIN if doing[given.word]() else None
        if given.word == "launch":
            return AGAIN if launch(self, given.kind) else None
        prefer = next((one for one in PREFERENCES if one == given.kind), PREFERENCES[0])
        telling: dict[str, Explain] = {
            "?": explain,
            "help": help_lines,
            "memory": lambda: memory_text(self.last),
            "fit": lambda: fit_lines(fitting(self.state, prefer)),
            "data": self._data,
            "findings": lambda: findings_text(self.last),
            "yaml": self._file,
        }
        self.tell(*telling[given.word]())
        return None

    # Changes

    def change(self, state: State, says: str, told: Mapping[str, object] | None = None) -> bool:
        """Go to another state and tell what that does; `told`: the fields that `says` names."""
        old, before = self.state, self.last
        if not self.session.change(state, says, self._needs):
            self.tell("That changes nothing.")
            return False
        also = also_changed(old, state, told) if told is not None else []
        self._moved(before, f"{says}.", *([f"Changed with it: {', '.join(also)}."] if also else []))
        return True

    def take_fields(self, fields: Mapping[str, object], says: str) -> bool:
        """An answer was given; what it changes beyond its own field is told."""
        own = dict.fromkeys([next(iter(fields), "")])
        changed = self.change(self.state.with_fields(fields), says, own if len(fields) > 1 else None)
        said = remark(self.state.plan, self.outside) if "datasets" in fields else ""
        if said:
            self.tell(said.replace("Take it below.", "Take it at the next question."))
        return changed

    def take_best(self) -> bool:
        """Take what fits best."""
        found = fitting(self.state, "quality")
        best = found.found if found is not None else None
        if best is None:
            self.tell(*fit_lines(found)[:1])
            return False
        return self.change(self.state.with_fields(best.changes), f"taken: {best.choice.says}", {})

    def fix(self) -> bool:
        """Take the first fix."""
        finding = next_fix(self.last)
        if finding is None or finding.fix is None:
            self.tell("There is nothing to fix.")
            return False
        says = f"{finding.code}: {finding.fix.says}"
        return self.change(self.state.with_fields(finding.fix.changes), f"fixed {says}")

    def fix_all(self) -> bool:
        """Take every safe fix, and those that follow from them."""
        state, fixed = safe_fixes(self.state)
        if not fixed:
            self.tell("There is no safe fix to take.")
            return False
        return self.change(state, f"all safe fixes: {', '.join(fixed)}")

    def undo(self) -> bool:
        """Undo the last change."""
        return self._turned(self.session.undo(self._needs), "undone", "There is nothing to undo.")

    def redo(self) -> bool:
        """Do it again."""
        return self._turned(self.session.redo(self._needs), "done again", "There is nothing to do again.")

    def _turned(self, says: str | None, word: str, otherwise: str) -> bool:
        if says is None:
            self.tell(otherwise)
            return False
        self._moved(self.last, f"{word}: {says}.")
        return True

    @property
    def _needs(self) -> int | None:
        return self.last.estimate.device.likely if self.last.estimate else None

    def _moved(self, before: Review, says: str, *more: str) -> None:
        """The state is another one: review it, tell what is new, keep the draft."""
        state = self.state
        self.last = prefer_same_training(review(state.plan, state.model, state.machine))
        self.tell(says[0].upper() + says[1:], *more, *verdict(self.last, before), *news(self.last, before))
        self.kept = True
        self.outside.keep(to_mapping(draft_of(state, step=self.step, target=self.target, saved=self.now())))

    # The file

    def rendered(self) -> str:
        """The file as it would be written. Raises InputError where the person's own can't be changed so."""
        state = self.state
        if state.file is None or self.text is None:
            return document(self.last)
        return self.outside.rewrite(self.text, changes(state.origin, state.plan), state.file)

    def _data(self) -> list[str]:
        try:
            return self.outside.data(self.state.plan, self.state.machine, self.state.file).splitlines()
        except InputError as error:
            return [sentence(error)]

    def _file(self) -> list[str]:
        try:
            return self.rendered().splitlines() or ["The file would be empty."]
        except InputError as error:
            return [f"The file can't be written so: {sentence(error)} Type undo to take the last change back."]
