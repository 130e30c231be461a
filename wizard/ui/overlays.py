"""What is shown over the wizard: memory, the file, differences, what fits, the data, help."""

from __future__ import annotations

from collections.abc import Callable

from wizard.domain.finding import Finding
from wizard.knowledge.help import topic
from wizard.questions import steps
from wizard.session.answers import take_proposal
from wizard.session.filing import differences
from wizard.session.fixing import fix_meant, outcome
from wizard.session.proposals import Proposal
from wizard.session.stranger import Onward
from wizard.ui.screens.data import DataScreen
from wizard.ui.screens.difference import DifferenceScreen
from wizard.ui.screens.file import FileScreen
from wizard.ui.screens.fit import FitScreen
from wizard.ui.screens.memory import MemoryScreen
from wizard.ui.screens.stranger import StrangerScreen
from wizard.ui.screens.topic import TopicScreen
from wizard.ui.screens.unsafe import UnsafeFixScreen
from wizard.ui.stage import Stage
from wizard.ui.taking import Taking
from wizard.ui.widgets.choice_field import ChoiceField
from wizard.ui.widgets.options import Options

_TOPICS = {"page-machine": "machine", "page-model": "model", "page-review": "target"}


class Overlays:
    """The screens that a key of the wizard opens over it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.session = stage.session

    def memory(self) -> None:
        """The right side, over a screen too narrow to hold it."""
        self.stage.app.push_screen(MemoryScreen(self.session.review, self.session.recent))

    def fix(self, wanted: Finding | None, take: Callable[[Finding | None], None]) -> None:
        """Take the fix of this finding, else the first one, after it was agreed to where it is unsafe."""
        meant = fix_meant(self.session, wanted)
        if meant is None or meant.fix is None or meant.fix.safety == "safe":
            take(wanted)
            return
        changes, then = outcome(self.session, meant)

        def answered(agreed: bool | None) -> None:
            if agreed:
                take(meant)
            else:
                self.stage.say(f"{meant.code} was left as it is.")

        self.stage.app.push_screen(UnsafeFixScreen(meant, self.session.review, changes, then), answered)

    def stranger(self, name: str, why: str, taking: Taking) -> None:
        """The ways to go on with a model that is found nowhere here."""

        def answered(way: Onward | None) -> None:
            if way is not None and way.kind == "hub":
                taking.look_up(name)
            elif way is not None:
                taking.shapes(name, way.like)

        self.stage.app.push_screen(StrangerScreen(name, why), answered)

    def file(self) -> None:
        """The file as it would be written."""
        self.stage.app.push_screen(FileScreen(self.session))

    def fit(self) -> None:
        """What fits; what is chosen there is taken as one change."""
        self.stage.app.push_screen(FitScreen(self.session.state), self._take)

    def _take(self, proposal: Proposal | None) -> None:
        if proposal is not None:
            self.stage.took(take_proposal(self.session, proposal))

    def data(self) -> None:
        """How long the rows are, and what comes of it."""
        self.stage.app.push_screen(DataScreen(self.session.state, self.session.outside))

    def difference(self) -> None:
        """What has changed, and against what."""
        self.stage.app.push_screen(DifferenceScreen(differences(self.session)))

    def help(self) -> None:
        """What the question with the focus is, or the keys."""
        stage, field = self.stage, self.stage.field
        name = field.question.id if field is not None else _TOPICS.get(str(stage.page.id), "")
        if stage.focused is not None and stage.focused.id == "presets":
            name = "preset"
        found = topic(name)
        if found is None:
            stage.app.action_keys()  # type: ignore[attr-defined]
            return
        heading = field.question.title if field is not None else steps.STEPS[self.session.step].title
        options = field.query_one(Options).lines if isinstance(field, ChoiceField) else ()
        stage.app.push_screen(TopicScreen(heading, found, options))
