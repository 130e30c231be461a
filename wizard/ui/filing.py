"""Writing from the screen: refused while a box is wrong, over an existing file only after a shown difference."""

from __future__ import annotations

from asyncio import to_thread

from textual.widgets import Input

from wizard.output.text.next_steps import before_writing, trial
from wizard.questions import steps
from wizard.session.checklist import checked
from wizard.session.data_caution import caution, heed
from wizard.session.filing import launch_ready, ready, write, write_beside
from wizard.session.own_file import said_of_it
from wizard.session.results import Changed, Refused
from wizard.session.writing import Pending, WrittenFile
from wizard.ui import phrases
from wizard.ui.screens.confirm import ConfirmScreen
from wizard.ui.screens.launch import LaunchScreen
from wizard.ui.screens.written import WrittenScreen
from wizard.ui.stage import Stage
from wizard.ui.widgets.entry_field import EntryField

_MEND = "To have it fit first: n, then F5, which lists what fits."


class Filing:
    """The files that a wizard writes; each of them waits for the person's word where one is there already."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.session = stage.session

    async def config(self) -> None:
        """Write the config, and tell what comes next."""
        wrong = self._wrong()
        if wrong is not None:
            self._show_wrong(wrong)
            return
        said = await self._heeded()
        pending = ready(self.session)
        if isinstance(pending, Pending) and pending.on_top:
            self.stage.say(said_of_it(pending.path))
        if isinstance(pending, Refused) or not await self._agreed(pending, before_writing(self.session.review, _MEND)):
            self._refused(pending)
            return
        done = write(self.session, pending)
        if isinstance(done, Refused):
            self._refused(done)
        elif not done.changed:
            self.stage.say(f"{done.path} holds just this already: nothing had to be written.")
        else:
            self.stage.say(said)
            self.stage.app.written(done.path, done.text, self.session.review)  # type: ignore[attr-defined]
            review, outside = self.session.review, self.session.outside
            tried = trial(done.path, review, axolotl=outside.installed("axolotl") is not None)
            page = WrittenScreen(done.path, done.backup, review, checked(review, outside), tried)
            self.stage.app.push_screen(page)

    async def _heeded(self) -> str:
        """What few rows want is in the file, however soon it is written after they were named; what is said of it."""
        session = self.session
        state, (plan, told) = session.state, session.cautioned
        if plan != state.plan:
            told = await to_thread(caution, state, session.situation.head, session.outside)
        done = heed(session, state.plan, told)
        if not isinstance(done, Changed):
            return ""
        self.stage.took(done)
        return phrases.paced(done)

    async def launch(self) -> None:
        """Write what starts the run beside the config."""
        if not self.session.state.machine.gpus:
            there = steps.where("machine")
            self.stage.say(f"No GPU is known, and what starts a run has to know them: name one at {there}.")
            return
        kind = await self.stage.app.push_screen_wait(LaunchScreen())
        if kind is None:
            return
        begun = launch_ready(self.session, kind)
        if isinstance(begun, Refused):
            self._refused(begun)
            return
        if isinstance(begun.change, Changed):
            self.stage.took(begun.change)
        told = list[str]()
        for pending in begun.pending:
            done = write_beside(self.session, pending) if await self._agreed(pending) else None
            if isinstance(done, Refused):
                before = f"; written before: {', '.join(told)}" if told else ""
                self.stage.say(f"{phrases.refused(done)}{before}")
                return
            if isinstance(done, WrittenFile) and done.changed:
                told.append(done.path)
        wrote = f"Wrote {', '.join(told)}. " if told else ""
        there = "" if self.session.keeper.is_written(self.session.state) else "Write the config too (Ctrl+S). "
        self.stage.say(f"{wrote}{there}Start it with: {begun.command}")

    async def _agreed(self, pending: Pending, left: str = "") -> bool:
        """Whether it is to be written: over another text only after its difference was shown, and what is `left`."""
        if pending.status != "replaces":
            return True
        agreed = await self.stage.app.push_screen_wait(ConfirmScreen(pending.path, pending.difference, left))
        if not agreed:
            self.stage.say(f"{pending.path} was left as it is.")
        return bool(agreed)

    def _refused(self, done: Pending | Refused) -> None:
        if isinstance(done, Refused):
            self.stage.say(phrases.refused(done))

    def _wrong(self) -> EntryField | None:
        """The first box that is asked for and whose text can't be taken."""
        situation = self.session.situation
        asked = (entry for entry in self.stage.boxes() if entry.entry.shown(situation))
        return next((entry for entry in asked if entry.wrong), None)

    def _show_wrong(self, entry: EntryField) -> None:
        """Go to that box."""
        page = next(number for number, question in steps.questions() if question is entry.entry)
        self.stage.action_go(page)
        self.stage.call_after_refresh(entry.query_one(Input).focus)
        self.stage.say(f"✗ {entry.wrong} Nothing was written.")
