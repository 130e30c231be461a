"""The text of the file as it would be written: made from the plan, or the person's own with what they changed."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.domain.plan import Plan, changes
from wizard.output.retold import retold
from wizard.output.yaml import document, faithful, refreshed
from wizard.review import Review
from wizard.session.own_file import changed_meanwhile
from wizard.session.ports import OwnFiles
from wizard.session.state import State


@dataclass(frozen=True, slots=True)
class PlanFile:
    """The person's own file as it is (None: it began with a preset), and the plan that it holds."""

    text: str | None
    base: Plan

    def rendered(self, state: State, review: Review, files: OwnFiles) -> str:
        """The file with the reviewed plan. Raises InputError where the person's own can't be changed so."""
        if state.edited is not None:
            text = refreshed(state.edited.text, state.edited.told, review)
            return files.rewrite(text, changes(state.edited.plan, review.plan), state.file or "the file")
        if state.file is not None and self.text is not None:
            made = files.rewrite(self.text, changes(self.base, review.plan), state.file)
            return retold(self.text, made, review)
        return faithful(document(review), review.plan)

    def on_top(self, path: str, state: State, review: Review, files: OwnFiles) -> str | None:
        """The same on top of what somebody else wrote into that file since; None where nobody did."""
        made = changed_meanwhile(path, self.text, self.base, state, files)
        return retold(self.text or "", made, review) if made is not None else None

    def after(self, path: str, text: str, state: State) -> PlanFile:
        """As it is once this was written."""
        return PlanFile(text, state.plan) if path == state.file else self
