"""Writing the file: refused while a box is wrong, over an existing file only after a shown difference."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from textual import on, work
from textual.widgets import Button, Input

from wizard.domain.diff import unified
from wizard.domain.errors import InputError
from wizard.output.launch.catalogue import KINDS, files
from wizard.output.launch.launch import launch_of
from wizard.questions.question import Situation
from wizard.questions.steps import STEPS
from wizard.session.own_file import changed_meanwhile, said_of_it
from wizard.ui.screens.confirm import ConfirmScreen
from wizard.ui.screens.deciding import DecidingScreen
from wizard.ui.screens.launch import LaunchScreen
from wizard.ui.screens.written import WrittenScreen
from wizard.ui.widgets.entry_field import EntryField


class WritingScreen(DecidingScreen):
    """A screen that can write the plan of its last review."""

    def action_go(self, step: int) -> None:
        """To a step."""
        raise NotImplementedError

    @on(Button.Pressed, "#write")
    def press_write(self) -> None:
        """The button is the key."""
        self.action_write()

    @work(exclusive=True, group="write")
    async def action_write(self) -> None:
        """Write the file: over an existing one only after its difference was shown and agreed to."""
        state = self.session.state
        situation = Situation(state.plan, state.model, state.machine)
        asked = (entry for entry in self.query(EntryField) if entry.entry.shown(situation))
        wrong = next((entry for entry in asked if entry.wrong), None)
        if wrong is not None:
            self._show_wrong(wrong)
            return
        path = self.target
        if not path:
            self.say("✗ Name the file to write.")
            return
        try:
            text = self._text_for(path)
            saved = await self._write(path, text)
        except InputError as error:
            self.say(f"✗ {error}")
            return
        if saved is not False:
            self.say("")
            self.outside.forget()
            self.written_state = self.session.state
            if path == self.session.state.file:
                self.text, self.base = text, self.session.state.plan
            self.app.written(path, text, self.last)  # type: ignore[attr-defined]
            self.app.push_screen(WrittenScreen(path, saved, self.last))

    def _text_for(self, path: str) -> str:
        """What to write. Where the person's own file was changed meanwhile, the changes are put on top of that."""
        text = changed_meanwhile(path, self.text, self.base, self.session.state, self.outside)
        if text is None:
            return self.rendered()
        self.say(said_of_it(path))
        return text

    async def _write(self, path: str, text: str) -> Path | Literal[False] | None:
        """The backup's path if there was one, False where the person would rather not."""
        if path == "-":
            return None
        old = self.outside.read(path)
        if old == text:
            self.say(f"{path} holds just this already: nothing had to be written.")
            return False
        if old is not None:
            agreed = await self.app.push_screen_wait(ConfirmScreen(path, unified(old, text, path)))
            if not agreed:
                self.say(f"{path} was left as it is.")
                return False
        return self.outside.write(path, text)

    @work(exclusive=True, group="write")
    async def action_launch(self) -> None:
        """Write what starts the run beside the config; over an existing file only after its difference was shown."""
        if not self.session.state.machine.gpus:
            self.say("No GPU is known, and what starts a run has to know them: name one at step 1.")
            return
        kind = await self.app.push_screen_wait(LaunchScreen())
        if kind is None:
            return
        path, told = self.target, list[str]()
        try:
            if path in ("", "-"):
                raise InputError("name the config's file first: what starts it stands beside it")
            launch = launch_of(self.last, path)
            if changes := KINDS[kind].changes(launch):
                self.change(self.session.state.with_fields(changes), f"to start with {kind}", {})
            for name, text in files(kind, launch, self.session.state.plan).items():
                if await self._write(name, text) is not False:
                    told.append(name)
        except InputError as error:
            self.say(f"✗ {error}" + (f"; written before: {', '.join(told)}" if told else ""))
            return
        wrote = f"Wrote {', '.join(told)}. " if told else ""
        there = "" if self.session.state is self.written_state else "Write the config too (Ctrl+S). "
        self.say(f"{wrote}{there}Start it with: {KINDS[kind].command(launch)}")

    def _show_wrong(self, entry: EntryField) -> None:
        """Go to a box whose text can't be taken."""
        page = next(number for number, step in enumerate(STEPS) if entry.entry in step.questions)
        self.action_go(page)
        self.call_after_refresh(entry.query_one(Input).focus)
        self.say(f"✗ {entry.wrong} Nothing was written.")
