"""What would suit the rows: a `sequence_len` that keeps them whole, and an accumulation that makes enough steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wizard.axolotl import batch
from wizard.data.few_steps import are_few, with_more_steps
from wizard.data.review import DataReview, review_data, together
from wizard.domain.machine import Machine
from wizard.domain.plan import Plan

NEARLY_ALL = 0.99
"""Of the rows: where so many are kept whole, little is lost."""
_SHARES = (NEARLY_ALL, 1.0)
_LEAST, _MOST = 256, 2**20


@dataclass(frozen=True, slots=True)
class Advice:
    """A field, the value that would suit the rows, and what comes of it: `keeps 99.6% of the rows whole`."""

    field: str
    value: int
    comes: str

    @property
    def says(self) -> str:
        """`sequence_len 2048: keeps 99.6% of the rows whole`."""
        return f"{self.field} {self.value}: {self.comes}"

    @property
    def changes(self) -> Mapping[str, object]:
        """The fields to take."""
        return {self.field: self.value}


@dataclass(frozen=True, slots=True)
class DataTold:
    """What the data of a plan comes to, as text, and what would suit its rows."""

    text: str
    advice: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True)
class DataCaution:
    """What is lost of the rows of a plan; empty where little is. Words without a full stop.

    `unseen`: that the model does not see their images. `lost`: rows that are too long, and steps that are few.
    `more`: what would make more steps of the same rows. `suits`: whether a change of the plan helps, which the page of
    the data offers; `otherwise`: what does where none makes more steps.
    """

    lost: str = ""
    more: Advice | None = None
    unseen: str = ""
    suits: bool = False
    otherwise: str = ""

    def __bool__(self) -> bool:
        return bool(self.lost or self.unseen)

    @property
    def says(self) -> str:
        """Both, as sentences of which the first goes on after a colon."""
        said = [one for one in (self.lost, self.unseen) if one]
        return " ".join([f"{one}." for one in said[:1]] + [f"{one[0].upper()}{one[1:]}." for one in said[1:]])


def advice(plan: Plan, review: DataReview, machine: Machine | None) -> tuple[Advice, ...]:
    """What would suit the rows of a plan; nothing where they are not known, or all is well."""
    return (*length_advice(review), *filter(None, (more_steps(plan, review, machine),)))


def few_otherwise(review: DataReview, more: Advice | None) -> str:
    """What else would make more steps, where they are few and less accumulation does not; in words."""
    return "more rows or `num_epochs` make more of them" if are_few(review) and more is None else ""


def length_advice(review: DataReview) -> tuple[Advice, ...]:
    """The least powers of two that keep nearly all rows, and all, where the plan has another; none where not known."""
    whole = together([one.measured for one in review.datasets])
    if whole is None or not whole.likely.values:
        return ()
    some, found = whole.likely, dict[int, Advice]()
    for share in _SHARES:
        length = _LEAST
        while length < _MOST and 1 - some.over(length) < share:
            length *= 2
        if length != review.schedule.sequence_len:
            found[length] = Advice("sequence_len", length, f"keeps {_share(1 - some.over(length))} of the rows whole")
    return tuple(found.values())


def shorter_helps(plan: Plan, review: DataReview, machine: Machine | None) -> bool:
    """Whether a `sequence_len` that keeps few rows whole makes more steps of them, as where they are packed."""
    if not are_few(review) or review.steps is None:
        return False
    tried = (plan.changed(one.changes) for one in length_advice(review))
    makes = (review_data(one, review.datasets, machine, "", exact_tokenizer=False).steps for one in tried)
    return any(steps is not None and steps.likely > review.steps.likely for steps in makes)


def _share(keeps: float) -> str:
    return "all" if keeps == 1 else f"{min(99.9, 100 * keeps):.1f}%"


def more_steps(plan: Plan, review: DataReview, machine: Machine | None) -> Advice | None:
    """Less accumulation, where the data make few steps and that makes more of them; else None."""
    if not are_few(review) or review.steps is None:
        return None
    more = with_more_steps(plan, review.datasets, machine)
    steps = review_data(more, review.datasets, machine, "", exact_tokenizer=False).steps
    if more == plan or steps is None:
        return None
    makes = f"{steps.likely:,.0f} steps in all, in place of {review.steps.likely:,.0f}"
    return Advice("gradient_accumulation_steps", batch.accumulation(more), makes)
