"""What is shown over the wizard: memory, the file, differences, what fits, the data, help."""

from __future__ import annotations

from textual.widget import Widget

from wizard.domain.diff import unified
from wizard.domain.errors import InputError
from wizard.knowledge.help import topic
from wizard.questions.steps import STEPS
from wizard.session.proposals import Proposal
from wizard.ui.screens.data import DataScreen
from wizard.ui.screens.difference import Differences, DifferenceScreen
from wizard.ui.screens.fit import FitScreen
from wizard.ui.screens.memory import MemoryScreen
from wizard.ui.screens.page import PageScreen
from wizard.ui.screens.topic import TopicScreen
from wizard.ui.screens.writing import WritingScreen
from wizard.ui.widgets.choice_field import ChoiceField
from wizard.ui.widgets.entry_field import EntryField
from wizard.ui.widgets.options import Options


class ShowingScreen(WritingScreen):
    """A screen over which others are shown."""

    @property
    def page(self) -> Widget:
        """The page of the present step."""
        return self.query_one(f"#page-{STEPS[self.here].id}")

    @property
    def field(self) -> ChoiceField | EntryField | None:
        """The question with the focus."""
        above = self.focused.ancestors if self.focused is not None else []
        return next((one for one in above if isinstance(one, ChoiceField | EntryField)), None)

    def action_memory(self) -> None:
        """Fold the right side away on a wide screen; show it over a narrower one."""
        if self.has_class("-wide") or self.has_class("-huge"):
            self.toggle_class("-folded")
            self.call_after_refresh(self.draw)
        else:
            self.app.push_screen(MemoryScreen(self.last, self.session.recent(self.needs)))

    def action_yaml(self) -> None:
        """Show the file as it would be written."""
        self.app.push_screen(PageScreen("The file as it would be written", self.shown_file()))

    def action_fit(self) -> None:
        """Show what fits; what is chosen there is taken as one change."""
        self.app.push_screen(FitScreen(self.session.state), self._take_proposal)

    def _take_proposal(self, proposal: Proposal | None) -> None:
        if proposal is not None:
            label = " ".join(proposal.label.split())
            self.change(self.session.state.with_fields(proposal.changes), label, {})

    def action_data(self) -> None:
        """Show how long the rows are, and what comes of it."""
        self.app.push_screen(DataScreen(self.session.state, self.outside))

    def action_difference(self) -> None:
        """Show what has changed, and against what."""
        self.app.push_screen(DifferenceScreen(self.differences()))

    def differences(self) -> Differences:
        """Against the preset or the file as it was opened, against the start, and against the file on disk."""
        now, state, path = self.shown_file(), self.session.state, self.target
        since = f"your file {state.file} as it was opened" if state.file else f"the preset {state.preset}"
        first = self.session.past[0].state.plan if self.session.past else state.plan
        found = [(f"against {name}", unified(self.shown_file(plan), now, path or "the file", name))
                 for name, plan in ((since, state.origin), ("the plan at the start", first))]  # fmt: skip
        try:
            old = self.outside.read(path) if path not in ("", "-") else None
        except InputError as error:
            return [*found, (f"the file on disk can't be read: {error.message}", "")]
        on_disk = f"against the file on disk, {path}" if old is not None else f"there is no {path} yet"
        return [*found, (on_disk, unified(old or "", now, path))]

    def action_help(self) -> None:
        """What the question with the focus is, or the keys."""
        field = self.field
        names = {"page-machine": "machine", "page-model": "model", "page-review": "target"}
        name = field.question.id if field is not None else names.get(str(self.page.id), "")
        if self.focused is not None and self.focused.id == "presets":
            name = "preset"
        found = topic(name)
        if found is None:
            self.app.action_keys()  # type: ignore[attr-defined]
            return
        heading = field.question.title if field is not None else STEPS[self.here].title
        options = field.query_one(Options).lines if isinstance(field, ChoiceField) else ()
        self.app.push_screen(TopicScreen(heading, found, options))
