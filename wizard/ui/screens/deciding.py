"""Every change of the plan: taken, priced, remembered, undone, kept as a draft."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from textual import on
from textual.screen import Screen

from wizard.domain.errors import InputError
from wizard.domain.finding import Finding
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan, changes
from wizard.domain.units import GIB, gib
from wizard.knowledge.models.catalogue import find
from wizard.output.yaml import document
from wizard.review import Review, review
from wizard.session.data_remark import remark
from wizard.session.draft import Draft, draft_of, to_mapping
from wizard.session.fixes import next_fix, prefer_same_training, safe_fixes
from wizard.session.history import History
from wizard.session.offers import from_preset
from wizard.session.opening import Opening, first_state, fitting_start, resumed, spelled
from wizard.session.ports import Outside
from wizard.session.state import State, also_changed
from wizard.ui.messages import FieldsChanged, Hint, MachineChosen, ModelChosen, PresetChosen

_WORTH_A_WORD = 64 << 20
"""Bytes: free memory that moves less is not spoken of."""


class DecidingScreen(Screen[None]):
    """A screen with a session: one state now, the review of it, and every way to another state."""

    def __init__(self, opening: Opening, outside: Outside) -> None:
        super().__init__()
        self.opening = opening
        self.outside = outside
        self.text = opening.text
        self.base = opening.plan
        """The person's own file as it is, and the plan that it holds."""
        self.found: Machine | None = opening.machine
        self.here = opening.start
        state = first_state(opening, outside)
        self.session = History(state)
        self.last: Review = review(state.plan, state.model, state.machine)
        self.kept: tuple[State, int, str] | None = None
        self.written_state: State | None = None
        self.resumed_from: Draft | None = None
        self.greeting: str | None = None
        """What stands in the help line for a moment at the beginning."""

    def draw(self) -> None:
        """Show the state of the session."""
        raise NotImplementedError

    def say(self, text: str) -> None:
        """One sentence for the person."""
        raise NotImplementedError

    @property
    def target(self) -> str:
        """The file to write."""
        raise NotImplementedError

    @property
    def unwritten(self) -> bool:
        """Whether there is work that no file has."""
        begun = bool(self.session.past) or self.resumed_from is not None
        return begun and self.session.state is not self.written_state

    @property
    def needs(self) -> int | None:
        """Likely device bytes of the present plan."""
        return self.last.estimate.device.likely if self.last.estimate else None

    def review_now(self) -> None:
        """Review the present state."""
        state = self.session.state
        self.last = prefer_same_training(review(state.plan, state.model, state.machine))

    def rendered(self, plan: Plan | None = None) -> str:
        """The file as it would be written with the present plan or another one.

        Raises InputError where the person's own file can't be changed so.
        """
        state = self.session.state
        if state.file is not None and self.text is not None:
            return self.outside.rewrite(self.text, changes(self.base, plan or state.plan), state.file)
        return document(self.last if plan is None else review(plan, state.model, state.machine))

    def shown_file(self, plan: Plan | None = None) -> str:
        """The same, or in its place why it can't be had."""
        try:
            return self.rendered(plan)
        except InputError as error:
            return f"# {error}\n"

    # Where it begins

    def machine_found(self, machine: Machine) -> None:
        """The probe has answered: plan for this machine unless another was chosen meanwhile."""
        before = self.found
        if before is not None and before.gpus and not machine.gpus:
            return  # the driver did not answer this time
        self.found = machine
        if before is not None:
            self._free_now(before, machine)
            return
        state = self.session.state
        if state.machine.origin == "probed" and not state.machine.gpus:
            if self.resumed_from is not None:
                self.session.state = state.on_now(self.resumed_from.of(machine))
            else:
                chosen = self.opening.chosen or self.session.past or state.file is not None
                state = state.with_machine(machine)
                self.session.state = state if chosen else fitting_start(state, self.outside)
            if not self.session.past:
                self.kept = self._moment()
        self.draw()

    def _free_now(self, before: Machine, now: Machine) -> None:
        """Memory has been taken or given back while the person thinks."""
        planned = self.session.state.machine
        if planned.origin != "probed" or not now.gpus:
            return
        wanted = {gpu.index for gpu in planned.gpus}
        seen = replace(now, gpus=tuple(gpu for gpu in now.gpus if gpu.index in wanted), notes=planned.notes)
        was, free = planned.free_bytes, seen.free_bytes
        if len(seen.gpus) != len(planned.gpus) or was is None or free is None or abs(was - free) < _WORTH_A_WORD:
            self.found = before if was is not None and free is not None else now
            return
        fit = self.last.fit
        self.session.state = self.session.state.on_now(seen)
        self.draw()
        change = f" The plan, which was '{fit}', is now '{self.last.fit}'." if self.last.fit != fit else ""
        self.say(f"Free memory has changed: {gib(free)} now, {gib(was)} before.{change}")

    def resume(self, draft: Draft) -> bool:
        """Go on with a draft; False, with the reason said, where that can't be."""
        try:
            state, text = resumed(draft, self.session.state, self.outside)
        except InputError as error:
            self.say(f"✗ {error}")
            return False
        self.text, self.base = text, state.origin
        self.session = History(state)
        self.resumed_from = draft
        return True

    # Changes

    def change(self, state: State, says: str, told: Mapping[str, object] | None = None, typed: str = "") -> bool:
        """Go to another state; says which fields changed besides those `told`."""
        before = self.session.state
        if not self.session.change(state, says, self.needs, typed):
            return False
        self.draw()
        self.keep()
        also = also_changed(before, state, told) if told is not None else []
        if also:
            self.say(f"{says}. Changed with it: {', '.join(also)}. Ctrl+Z undoes it.")
        return True

    def keep(self) -> None:
        """Keep the draft, once for each state, step and file name; none where nothing is changed."""
        now = self._moment()
        if now == self.kept:
            return
        self.kept = now
        if not self.session.past and self.resumed_from is None:
            self.outside.forget()
        elif self.unwritten:
            saved = datetime.now().astimezone().isoformat(timespec="seconds")
            draft = draft_of(self.session.state, step=self.here, target=self.target, saved=saved)
            self.outside.keep(to_mapping(draft))

    def _moment(self) -> tuple[State, int, str]:
        """What a draft holds."""
        return self.session.state, self.here, self.target

    @on(FieldsChanged)
    def take_fields(self, event: FieldsChanged) -> None:
        """An answer was given; what it changes beyond its own field is said."""
        own = dict.fromkeys([next(iter(event.changes), "")])
        told = own if len(event.changes) > 1 else None
        self.change(self.session.state.with_fields(event.changes), event.says, told, event.typed)
        if "datasets" in event.changes:
            said = remark(self.session.state.plan, self.outside)
            if said:
                self.say(said)

    @on(MachineChosen)
    def take_machine(self, event: MachineChosen) -> None:
        """Plan for another machine."""
        self.say("")
        self.change(self.session.state.with_machine(event.machine), f"machine: {event.machine.title}", {})

    @on(PresetChosen)
    def take_preset(self, event: PresetChosen) -> None:
        """Start from a preset, for this machine; the person's own model and data stay."""
        preset, state = event.preset, self.session.state
        if state.file is not None:
            self.say(f"{state.file} is open. To start from a preset: memwizard --preset {preset.name}")
            return
        started, says = from_preset(preset, state, self.outside)
        self.change(started, f"preset: {preset.name}")
        self.say(f"{says} Ctrl+Z undoes it.")

    @on(ModelChosen)
    def take_model(self, event: ModelChosen) -> None:
        """Train another model; an unknown one changes nothing and says why."""
        if self.outside.hub and find(event.name) is None:
            self.say(f"Looking for {event.name} …")  # beside the screen: the hub may take seconds
            threading.Thread(target=self._look_up, args=(event.name,), daemon=True).start()
            return
        self._took(event.name, *self.outside.model(event.name))

    def _look_up(self, name: str) -> None:
        found = self.outside.model(name)
        if self.app.is_running:
            self.app.call_from_thread(self._took, name, *found)

    def _took(self, wanted: str, model: Model | None, note: str | None) -> None:
        if model is None:
            self.say(f"✗ {note}")
            return
        name = spelled(wanted, model.id)
        self.change(self.session.state.with_model(name, model, note), f"model: {name}")
        same = f" (shapes as {model.id})" if name != model.id else ""
        self.say(f"The model is now {name}{same}. PgDn goes on.")

    @on(Hint)
    def show_hint(self, event: Hint) -> None:
        """The help line; what the page says by itself when it is opened does not cover a greeting."""
        event.stop()
        self.say(self.greeting or event.text)

    # Keys

    def focused_finding(self) -> Finding | None:
        """The finding beside the question with the focus."""
        return None

    def action_fix(self) -> None:
        """Take the fix of the question with the focus, else the first one."""
        beside = self.focused_finding()
        finding = beside if beside is not None and beside.fix is not None else next_fix(self.last)
        if finding is None or finding.fix is None:
            more = any(one.fix is not None for one in self.last.findings)
            other = "Nothing has to be fixed; F2 tells what else could be changed."
            self.say(other if more else "There is nothing to fix.")
            return
        before = self.needs
        self.change(self.session.state.with_fields(finding.fix.changes), f"{finding.code}: {finding.fix.says}")
        self.say(f"{finding.code} fixed: {finding.fix.says}{_added(before, self.needs)}. Ctrl+Z undoes it.")

    def action_fix_all(self) -> None:
        """Take every safe fix, and those that follow from them."""
        before = self.needs
        state, fixed = safe_fixes(self.session.state)
        if not fixed:
            self.say("There is no safe fix to take.")
            return
        self.change(state, f"all safe fixes: {', '.join(fixed)}")
        self.say(f"Fixed: {', '.join(fixed)}{_added(before, self.needs)}. Ctrl+Z undoes them together.")

    def action_undo(self) -> None:
        """Undo the last change."""
        says = self.session.undo(self.needs)
        self.draw()
        self.keep()
        self.say(f"undone: {says}" if says else "There is nothing to undo.")

    def action_redo(self) -> None:
        """Do it again."""
        says = self.session.redo(self.needs)
        self.draw()
        self.keep()
        self.say(f"done again: {says}" if says else "There is nothing to do again.")


def _added(before: int | None, after: int | None) -> str:
    """`" (-3.4 GiB)"`; nothing where it is less than can be shown."""
    if before is None or after is None or abs(after - before) < 0.05 * GIB:
        return ""
    return f" ({(after - before) / GIB:+.1f} GiB)"
