"""What the data of a plan comes to: what `sequence_len` cuts, what is padding, how many steps there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, isnan
from typing import Literal

from wizard.axolotl import attention, packing, preference
from wizard.axolotl.effective import effective
from wizard.axolotl.kinds import kind_of
from wizard.data.measure import Bad
from wizard.domain.epoch import Schedule, full_waste, longest_waste, packing_waste, steps
from wizard.domain.lengths import MIN_TOKENS, Lengths, Measured, Spread, pooled
from wizard.domain.machine import Machine
from wizard.domain.media import Media
from wizard.domain.packing import GROUP, PER_BIN
from wizard.domain.plan import Plan
from wizard.domain.values import flag, integer, number
from wizard.knowledge.axolotl.dataset_forms import Form
from wizard.memory.disk import prepared_bytes

Strategy = Literal["drop", "truncate", "raise"]
_POOL = 100_000
_MOST = 10**9
"""No batch, length or number of epochs is larger."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """One file of `datasets`, or an entry that could not be looked into: then `unknown` says why.

    `wrong`: the sentence on columns that are not there. `rows`: of the whole file, counted where `exact`. `media`:
    images and sound that its rows refer to.
    """

    path: str
    form: Form | None = None
    guessed: bool = False
    columns: tuple[str, ...] = ()
    rows: int | None = None
    exact: bool = True
    read: int = 0
    share: float = 0.0
    method: str = ""
    measured: Measured | None = None
    bad: Bad | None = None
    wrong: str | None = None
    unknown: str | None = None
    media: Media | None = None

    def kept(self, length: int, strategy: str, shortest: int) -> Measured | None:
        """The rows that are trained on. Those of `completion` become several where they are long."""
        if self.measured is None:
            return None
        how = "cut" if self.form is not None and self.form.kind == "text" else strategy
        return self.measured.each(lambda some: some.kept(length, how, shortest))


@dataclass(frozen=True, slots=True)
class DataReview:
    """The datasets of one plan, and what they come to; None where a dataset is not known.

    `strategy`: what becomes of rows over `sequence_len`: drop, truncate or raise. Wastes are shares of all slots.
    `prepared`: bytes of the prepared data on disk, as Axolotl keeps them for the next run.
    """

    datasets: tuple[Dataset, ...]
    schedule: Schedule
    strategy: Strategy
    counted_by: str
    exact_tokenizer: bool
    over: Spread | None
    tokens_over: Spread | None
    kept: Spread | None
    held: int
    packing_waste: Spread | None
    full_waste: Spread | None
    longest_waste: Spread | None
    steps_per_epoch: Spread | None
    steps: Spread | None
    max_steps: int | None
    prepared: Spread | None
    assumptions: tuple[str, ...]


def schedule_of(plan: Plan, machine: Machine | None) -> Schedule:
    """What decides the steps of a plan, on one GPU where no machine is known.

    axolotl 0.19.0 utils/trainer.py:473 (joined), core/builders/causal.py:386 (multiple), utils/schemas/training.py:267.
    """
    made = effective(plan, None, machine)
    pads = bool(packing.pad_to_sequence_len(plan))
    return Schedule(
        sequence_len=min(made.sequence_len, _MOST),
        micro_batch=min(made.micro_batch, _MOST),
        accumulation=min(made.accumulation, _MOST),
        gpus=made.sharding.gpus,
        packing=made.packing,
        joined=attention.packs(attention.implementation(plan)) and not flag(plan.get("multipack_real_batches")),
        pads=pads,
        multiple=min(packing.padding_multiple(plan), _MOST),
        epochs=_within(plan, "num_epochs", 1.0),
        group=_whole(plan, "sample_packing_group_size", GROUP),
        per_bin=_whole(plan, "sample_packing_bin_size", PER_BIN),
    )


def _whole(plan: Plan, key: str, default: int) -> int:
    return min(integer(plan.get(key), 0) or default, _MOST)


def _within(plan: Plan, key: str, default: float) -> float:
    """A number of the plan that can be counted with: not below 0, and not without end."""
    found = number(plan.get(key), default)
    return min(max(0.0, found), _MOST) if not isnan(found) else default


def review_data(
    plan: Plan, datasets: tuple[Dataset, ...], machine: Machine | None, counted_by: str, exact_tokenizer: bool
) -> DataReview:
    """The figures of all datasets together, each with the weight of its rows."""
    schedule = schedule_of(plan, machine)
    strategy = _strategy(plan)
    whole = together([one.measured for one in datasets])
    shortest = _whole(plan, "min_sample_len", MIN_TOKENS)
    length = schedule.sequence_len
    kept = together([one.kept(length, strategy, shortest) for one in datasets])
    held = _held(plan, kept.likely.rows) if kept else 0
    trained = kept.each(lambda some: some.without(_held(plan, some.rows))) if kept else None
    compares = preference.rl(plan) is not None or preference.reward_model(plan)
    padded = None if compares else trained
    return DataReview(
        datasets,
        schedule,
        strategy,
        counted_by,
        exact_tokenizer,
        over=whole.spread(lambda some: some.over(length)) if whole else None,
        tokens_over=whole.spread(lambda some: some.tokens_over(length)) if whole else None,
        kept=kept.spread(lambda some: some.rows) if kept else None,
        held=held,
        packing_waste=_spread(padded, packing_waste, schedule),
        full_waste=_spread(padded, full_waste, schedule),
        longest_waste=_spread(padded, longest_waste, schedule),
        steps_per_epoch=_spread(trained, steps, replace(schedule, epochs=1.0)),
        steps=_spread(trained, steps, schedule),
        max_steps=_whole(plan, "max_steps", 0) or None,
        prepared=_prepared(plan, datasets, kept, schedule),
        assumptions=_assumptions(plan, datasets, schedule),
    )


def _strategy(plan: Plan) -> Strategy:
    """`excess_length_strategy` (axolotl 0.19.0 utils/data/utils.py handle_long_seq_in_dataset)."""
    named = str(plan.get("excess_length_strategy")).lower()
    return "truncate" if named == "truncate" else "raise" if named == "raise" else "drop"


def _spread(trained: Measured | None, count: Callable[[Lengths, Schedule], float], schedule: Schedule) -> Spread | None:
    return trained.spread(lambda some: count(some, schedule)) if trained else None


def _prepared(plan: Plan, datasets: tuple[Dataset, ...], kept: Measured | None, schedule: Schedule) -> Spread | None:
    """Of rows of tokens alone: pairs have other columns, and images stay in their files."""
    tokens = kind_of(plan) in ("sft", "pretraining") and not packing.pretraining_dataset(plan)
    if kept is None or not tokens or any(one.media for one in datasets):
        return None
    return kept.spread(lambda some: prepared_bytes(some.tokens, some.rows, packed=schedule.packing))


def together(parts: list[Measured | None]) -> Measured | None:
    """All datasets as one; None where one is not known or there is nothing in them."""
    known = [part for part in parts if part is not None]
    if len(known) != len(parts) or not any(part.likely.values for part in known):
        return None
    figures: list[Lengths] = [
        pooled([getattr(part, name) for part in known], _POOL) for name in ("low", "likely", "high")
    ]
    return Measured(*figures)


def _held(plan: Plan, rows: int) -> int:
    """Rows kept aside to evaluate (axolotl 0.19.0 utils/data/sft.py:440: above 1 a number of rows, else a share)."""
    share = _within(plan, "val_set_size", 0.0)
    return min(rows, int(share) if share > 1 else ceil(rows * share))


def _assumptions(plan: Plan, datasets: tuple[Dataset, ...], schedule: Schedule) -> tuple[str, ...]:
    if not any(one.measured for one in datasets):
        return ()
    found = []
    if any(one.form and one.form.kind in ("messages", "pair") for one in datasets):
        found.append("what the chat template adds to each message is estimated")
    if plan.get("sequence_len") is None:
        found.append(f"sequence_len {schedule.sequence_len}, which Axolotl takes where none is set")
    if schedule.gpus == 1:
        found.append("one GPU; with more, the rows of a step are as many times more")
    if any(not one.exact for one in datasets):
        found.append("the number of rows is reckoned from the sample")
    if any(isinstance(one, dict) and "[" in str(one.get("split")) for one in _listed(plan.get("datasets"))):
        found.append("`split` takes a part of a file; here all of it counts")
    return tuple(found)


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []
