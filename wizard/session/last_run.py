"""What the last run of a plan died of, on the question that it concerns, until that is answered or dismissed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from wizard.domain.plan import Plan
from wizard.domain.receipt import ENDED_BY_SOMEBODY, Receipt
from wizard.output.text.last_run import cause_text, sentence
from wizard.questions.concerns import Concerned, concerned
from wizard.questions.question import Situation
from wizard.review import Review


@dataclass(frozen=True, slots=True)
class LastRun:
    """A run that died. `says`: the whole sentence; `short`: what fits beside a question."""

    says: str
    short: str
    at: Concerned

    def on(self, question: str) -> bool:
        """Whether it stands on this question."""
        return self.at.question is not None and self.at.question.id == question


def digest_of(review: Review) -> str:
    """Of all settings that an estimate reads: two runs with the same were the same to it."""
    settings = sorted(f"{name}={_steady(getattr(review.effective, name))}" for name in review.effective._fields)
    return hashlib.sha256("\n".join(settings).encode()).hexdigest()[:16]


def _steady(value: object) -> str:
    """A value as text that is the same in every process."""
    return repr(sorted(map(repr, value))) if isinstance(value, (set, frozenset)) else repr(value)


def latest_of(receipts: Sequence[Receipt], review: Review) -> tuple[Receipt, bool] | None:
    """The last run of a plan with the same settings (True), else of its model (False). `receipts`: the oldest first."""
    digest, model = digest_of(review), str(review.plan.get("base_model") or "")[:200]
    of_model = [one for one in receipts if model and one.model == model]
    same = [one for one in receipts if one.digest == digest and one.model == model]
    return (same[-1], True) if same else (of_model[-1], False) if of_model else None


def last_run_text(receipts: Sequence[Receipt], review: Review) -> str | None:
    """What became of the last run of a plan, in one line; None where there is none."""
    found = latest_of(receipts, review)
    return sentence(*found, review.estimate) if found is not None else None


@dataclass
class LastRuns:
    """The receipts as they were when the wizard began, and what of them is still wanted."""

    receipts: Sequence[Receipt]
    _dismissed: set[str] = field(default_factory=set)
    _first: dict[str, Plan] = field(default_factory=dict)
    """The plan for which a run was told first: once its question has another answer there, that is settled."""

    def of(self, review: Review, situation: Situation) -> LastRun | None:
        """The death that the person should hear of now."""
        found = latest_of(self.receipts, review) if self.receipts else None
        if found is None:
            return None
        one, same = found
        if one.code is None or one.code == 0 or one.code in ENDED_BY_SOMEBODY or one.begun in self._dismissed:
            return None
        first, at = self._first.setdefault(one.begun, situation.plan), concerned(one.cause, situation)
        if any(first.get(name) != situation.plan.get(name) for name in at.fields):
            return None
        return LastRun(sentence(one, same, review.estimate), cause_text(one, same), at)

    def dismiss(self) -> None:
        """Tell none of those that are kept."""
        self._dismissed.update(one.begun for one in self.receipts)
