"""Answers, fixes and their undoing, on the screen: each is taken by the conversation, drawn and said."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from wizard.data.advice import DataCaution
from wizard.domain.finding import Finding
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.domain.preset import Preset
from wizard.questions.question import TypedQuestion
from wizard.session import answers, data_caution, fixing
from wizard.session.results import Changed, Fixed, ModelTaken, Nothing, PresetTaken, Refused
from wizard.session.stranger import may_be_one
from wizard.ui import phrases
from wizard.ui.stage import Canvas


class Taking:
    """What changes the plan. `stranger`: asks what to do about a model that is found nowhere here."""

    def __init__(self, canvas: Canvas, stranger: Callable[[str, str], object] | None = None) -> None:
        self.stranger = stranger
        self.canvas = canvas
        self.session = canvas.session

    def fields(self, fields: Mapping[str, object], says: str) -> None:
        """An answer that was chosen."""
        done = answers.take_fields(self.session, fields, says)
        if isinstance(done, Refused):
            self.canvas.say(phrases.refused(done))
        else:
            self.canvas.took(done)

    def text(self, entry: TypedQuestion, text: str, visit: str) -> None:
        """An answer that is typed; what is typed in one visit to its box is one change."""
        done = answers.take_text(self.session, entry, text, visit)
        if isinstance(done, Refused):
            self.canvas.say(phrases.refused(done))
        else:
            self.canvas.took(done)

    def machine(self, machine: Machine) -> None:
        """Another machine."""
        self.canvas.say("")
        self.canvas.took(answers.take_machine(self.session, machine))

    def named(self, text: str) -> bool:
        """A machine that was typed; whether there is one."""
        done = answers.name_machine(self.session, text)
        if isinstance(done, Refused):
            self.canvas.say(phrases.refused(done))
            return False
        self.canvas.say("")
        self.canvas.took(done)
        return True

    def preset(self, preset: Preset) -> None:
        """Another start."""
        done = answers.take_preset(self.session, preset)
        if isinstance(done, PresetTaken):
            self.canvas.took(done.change, phrases.preset(done))
        elif self.session.state.file is None:
            self.canvas.say(phrases.refused(done))
        else:
            self.canvas.say(f"{done.reason}. To start from a preset: memwizard --preset {preset.name}")

    def model(self, name: str, method: str = "") -> None:
        """Another model; one of the network is looked up beside the screen."""
        if answers.takes_long(self.session, name):
            self.canvas.say(f"Looking for {name} …")
            threading.Thread(target=self._look_up, args=(name,), daemon=True).start()
            return
        self._found(name, *self.session.outside.model(name), method)

    def _look_up(self, name: str) -> None:
        self.canvas.from_beside(self._found, name, *self.session.outside.model(name))

    def _found(self, wanted: str, model: Model | None, note: str | None, method: str = "") -> None:
        done = answers.take_model(self.session, wanted, model, note, method)
        if isinstance(done, ModelTaken):
            self.canvas.took(done.change, phrases.model(done))
            return
        self.canvas.say(phrases.refused(done))
        if model is None and self.stranger is not None and may_be_one(wanted):
            self.stranger(wanted, done.reason)

    def look_up(self, name: str) -> None:
        """A model that the person wants to be looked up on the hub this once, beside the screen."""
        self.canvas.say(f"Looking for {name} on the hub …")

        def look() -> None:
            self.canvas.from_beside(self._found, name, *self.session.outside.look_up(name))

        threading.Thread(target=look, daemon=True).start()

    def shapes(self, name: str, like: str) -> None:
        """The shapes that a model which can't be found is said to have."""
        done = answers.take_shapes(self.session, name, like)
        if isinstance(done, ModelTaken):
            self.canvas.took(done.change, phrases.model(done))
        else:
            self.canvas.say(phrases.refused(done))

    def fix(self, beside: Finding | None) -> None:
        """The fix of this finding where it has one, else the first."""
        self._fixed(fixing.fix(self.session, beside))

    def fix_all(self) -> None:
        """Every safe fix."""
        self._fixed(fixing.fix_all(self.session))

    def _fixed(self, done: Fixed | Nothing) -> None:
        self.canvas.took(done.change if isinstance(done, Fixed) else done, phrases.fixed(done))

    def heed(self, plan: Plan, told: DataCaution, *, typing: bool) -> None:
        """What is lost of the rows: what was left to us is set so that less is, but not amid a name that is typed."""
        done = data_caution.heed(self.session, plan, told, sets=not typing)
        if isinstance(done, Changed):
            self.canvas.took(done, phrases.paced(done))

    def undo(self) -> None:
        """The last change is taken back."""
        done = self.session.undo()
        self.canvas.draw()
        self.canvas.say(phrases.turned(done, "undone"))

    def redo(self) -> None:
        """What was undone is done again."""
        done = self.session.redo()
        self.canvas.draw()
        self.canvas.say(phrases.turned(done, "done again"))
