"""What a wizard does, without a screen and without words: one face draws it, another says it line by line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from wizard.data.advice import Advice, DataCaution
from wizard.domain.errors import InputError
from wizard.domain.head import Head
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.questions import steps
from wizard.questions.question import Situation
from wizard.questions.rows import data_entries, first_dataset, place_of
from wizard.review import Review, estimated, review
from wizard.session.draft import Draft
from wizard.session.far_rows import FarRows
from wizard.session.fixes import reviewed
from wizard.session.history import History, PastState
from wizard.session.keeping import Keeper, local_time
from wizard.session.last_run import LastRun, LastRuns
from wizard.session.opening import Opening, first_state, resumed, suiting_start
from wizard.session.past import on_this_machine, past_again
from wizard.session.plan_file import PlanFile
from wizard.session.ports import Outside
from wizard.session.results import Changed, FreeMoved, MachineSeen, Nothing, Refused, Result, Resumed
from wizard.session.state import State, also_changed
from wizard.session.watching import seen_again


class Conversation:
    """One wizard with one person: one state now, the review of it, and every way to another state.

    `review` is that of the state now. `step`: where the person is. `target`: the file to write. `found`: the machine
    as it was probed or named at the start, None while that is not known. `file`: what the target is made of.
    `cautioned`: what was last told of a plan's rows, and that plan. `paced`: what was set for data by us. `awaited`: a
    data file that was named at the start, until it is taken.

    What a person can do stands here and in `answers`, `fixing` and `filing`; each tells by a value what it did, and no
    face keeps anything that is not here but its own widgets or prompts.
    """

    def __init__(
        self, opening: Opening, outside: Outside, now: Callable[[], str] = local_time, *, judged: bool = True
    ) -> None:
        self.opening = opening
        self.outside = outside
        self.target = opening.target
        self.found: Machine | None = opening.machine
        self.awaited = opening.data
        self.step = opening.start
        self.history = History(first_state(opening, outside))
        self.file = PlanFile(opening.text, opening.plan)
        self.keeper = Keeper(outside, now)
        self._heads: dict[str, Head] = {}
        self.far = FarRows(outside)
        self.cautioned = self.state.plan, DataCaution()
        self.paced = dict[tuple[str, ...], Advice]()
        self._runs: LastRuns | None = None
        self.review: Review = self._reviewed() if judged else _estimated(self.state)

    def judge(self) -> None:
        """Ask the rules about the present plan, where that was put off (`judged` False)."""
        if not self.review.judged:
            self.review = self._reviewed()

    def _reviewed(self) -> Review:
        """The review of the state now, with the data files that are here."""
        heads = {path: self._head(path) for path in map(place_of, data_entries(self.state.plan)) if path}
        return reviewed(self.state, {path: one for path, one in heads.items() if one.state != "missing"})

    def _head(self, path: str) -> Head:
        if path not in self._heads:
            self._heads[path] = self.outside.head(path)
        return self._heads[path]

    @property
    def state(self) -> State:
        """What is chosen now."""
        return self.history.state

    @property
    def situation(self) -> Situation:
        """What answers depend on."""
        entry = first_dataset(self.state.plan)
        path = place_of(entry)
        here = self._head(path) if path else None
        return replace(self.state.situation, head=self.far.head(entry) or here if self.far.may_have(here) else here)

    def wanted_far(self) -> Mapping[str, object] | None:
        """The entry of the first data where its rows may be on the hub, and nobody has looked for them yet."""
        entry = first_dataset(self.state.plan)
        path = place_of(entry)
        return entry if path and self.far.wants(entry, self._head(path)) else None

    def look_again(self) -> None:
        """Read the data files again where they are asked for next: they may have changed."""
        self._heads.clear()

    @property
    def past(self) -> list[PastState]:
        """The changes that could be undone."""
        return self.history.past

    @property
    def needs(self) -> int | None:
        """Likely device bytes of the present plan."""
        return self.review.estimate.device.likely if self.review.estimate else None

    @property
    def recent(self) -> list[tuple[str, int | None]]:
        """The last changes, the latest first, with the bytes that each added."""
        return self.history.recent(self.needs)

    @property
    def last_run(self) -> LastRun | None:
        """What the last run died of, as long as that is worth telling."""
        if not self.review.judged:
            return None
        if self._runs is None:
            self._runs = LastRuns(self.outside.receipts())
        return self._runs.of(self.review, self.state.situation)

    def dismiss_last_run(self) -> bool:
        """Hear no more of it; whether there was anything."""
        heard = self.last_run is not None
        if heard and self._runs is not None:
            self._runs.dismiss()
        return heard

    @property
    def unwritten(self) -> bool:
        """Whether there is work that no file has."""
        return self.keeper.unwritten(self.state, bool(self.past))

    # Where it begins

    def machine_seen(self, machine: Machine) -> MachineSeen | FreeMoved | None:
        """The probe has answered: plan for this machine unless another was chosen meanwhile. None: nothing is new."""
        before = self.found
        if before is not None and before.gpus and not machine.gpus:
            return None  # the driver did not answer this time
        if before is not None:
            return self._seen_again(before, machine)
        self.found, state = machine, self.state
        if state.machine.origin == "probed" and not state.machine.gpus:
            if (draft := self.keeper.resumed) is not None:
                self.history.past = on_this_machine(self.past, state.machine, draft.of(machine))
                self._be(state.on_now(draft.of(machine)))
                return MachineSeen(draft.elsewhere(machine))
            self._be(suiting_start(state.with_machine(machine), self.outside))
        return MachineSeen()

    def _seen_again(self, before: Machine, machine: Machine) -> FreeMoved | None:
        self.found, seen = seen_again(before, machine, self.state.machine)
        was, fit = self.state.machine.free_bytes, self.review.fit
        if seen is None or seen.free_bytes is None or was is None:
            return None
        self._be(self.state.on_now(seen))
        return FreeMoved(was, seen.free_bytes, fit, self.review.fit)

    def resume(self, draft: Draft) -> Resumed | Refused:
        """Go on with a draft; refused, with everything as it was, where its preset or its file is gone."""
        try:
            state, text = resumed(draft, self.state, self.outside)
        except InputError as error:
            return Refused(str(error))
        self.keeper.took(draft)
        past = past_again(draft, state, self.outside, self.found or Machine())
        self.history, self.file = History(state, past), PlanFile(text, state.origin)
        self.target, self.step = draft.target, self._there(draft.step)
        self.review = self._reviewed()
        return Resumed(len(self.past), draft.elsewhere(self.found))

    # Where it is

    @property
    def steps(self) -> tuple[int, ...]:
        """The places of the steps that arise now, as a person counts them."""
        return steps.shown(self.state.situation)

    def go(self, step: int) -> None:
        """To any step at any time; to the one after it where it does not arise."""
        self.step = self._there(step)
        self.keep()

    def beside(self, by: int) -> int:
        """The place of the step so many before or after this one, or of the first or last."""
        at = self.steps.index(self._there(self.step)) + by
        return self.steps[min(max(at, 0), len(self.steps) - 1)]

    def _there(self, step: int) -> int:
        return next((place for place in self.steps if place >= step), self.steps[-1])

    def name_target(self, path: str) -> None:
        """The file to write is this one."""
        self.target = path
        self.keep()

    def keep(self) -> None:
        """Keep the draft as things are now."""
        self.keeper.keep(self.state, self.step, self.target, self.past)

    # Changes

    def change(self, state: State, says: str, told: Mapping[str, object] | None = None, typed: str = "") -> Result:
        """Go to another state. `told`: the fields that `says` is about, None for all. `typed`: the box it is from."""
        old, before = self.state, self.review
        if not self.history.change(state, says, self.needs, typed):
            return Nothing("the same")
        also = tuple(also_changed(old, state, told)) if told is not None else ()
        return self._moved(says, before, also)

    def undo(self) -> Result:
        """Undo the last change."""
        says = self.history.undo(self.needs)
        return Nothing("nothing to undo") if says is None else self._moved(says, self.review)

    def redo(self) -> Result:
        """Do again what was undone."""
        says = self.history.redo(self.needs)
        return Nothing("nothing to redo") if says is None else self._moved(says, self.review)

    def _moved(self, says: str, before: Review, also: tuple[str, ...] = ()) -> Changed:
        self.review, self.step = self._reviewed(), self._there(self.step)
        self.keep()
        return Changed(says, before, self.review, also)

    def _be(self, state: State) -> None:
        """Another state that nobody asked for: it can't be undone."""
        self.history.state = state
        self.review, self.step = self._reviewed(), self._there(self.step)

    # The file

    def rendered(self, plan: Plan | None = None) -> str:
        """The file as it would be written with the present plan or another one.

        Raises InputError where the person's own file can't be changed so.
        """
        state = self.state
        judged = self.review if plan is None else review(plan, self._model_of(plan), state.machine)
        return self.file.rendered(state, judged, self.outside)

    def _model_of(self, plan: Plan) -> Model | None:
        """The model that another plan names: what is said of it stands beside that plan."""
        named = plan.get("base_model")
        if named == self.state.plan.get("base_model") or not isinstance(named, str):
            return self.state.model
        return self.outside.model(named)[0]


def _estimated(state: State) -> Review:
    return estimated(state.plan, state.model, state.machine)
