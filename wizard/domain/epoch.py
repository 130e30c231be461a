"""Optimizer steps in an epoch, and what of its tokens is padding."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

from wizard.domain.lengths import Lengths
from wizard.domain.packing import GROUP, PER_BIN, PackedRows, first_fit, padded, shuffled


@dataclass(frozen=True, slots=True)
class Schedule:
    """What decides the steps: rows per GPU and micro batch, micro batches a step, GPUs, tokens a row.

    `joined`: packed rows of a micro batch become one long row, as with attention that keeps packed rows apart;
    otherwise (`multipack_real_batches`) a micro batch is that many packed rows. `multiple`: what a batch's width is
    rounded up to where it is padded to its longest row.
    """

    sequence_len: int
    micro_batch: int
    accumulation: int
    gpus: int
    packing: bool
    joined: bool = True
    pads: bool = False
    multiple: int = 64
    epochs: float = 1.0
    group: int = GROUP
    per_bin: int = PER_BIN

    @property
    def batch(self) -> int:
        """Rows (packed ones, where rows are packed) in one optimizer step."""
        return self.micro_batch * self.accumulation * self.gpus

    @property
    def capacity(self) -> int:
        """Tokens that are packed together."""
        return self.sequence_len * (self.micro_batch if self.joined else 1)


def packed(kept: Lengths, schedule: Schedule) -> PackedRows:
    """The packing of the rows read, none of them over `sequence_len`."""
    return first_fit(shuffled(kept.values), schedule.capacity, schedule.group, schedule.per_bin)


def steps(kept: Lengths, schedule: Schedule) -> int:
    """Optimizer steps in all epochs; `kept` are the rows that are trained on.

    axolotl 0.19.0 utils/trainer.py calculate_total_num_steps: packed, max(1, batches × micro batch // batch) × epochs,
    rounded down; else rows × epochs / batch, rounded up. Bins of a sample are counted up to all rows in proportion.
    """
    if not kept.rows or not kept.values:
        return 0
    if not schedule.packing:
        return ceil(kept.rows * schedule.epochs / schedule.batch)
    bins = round(packed(kept, schedule).bins * kept.rows / len(kept.values))
    batches = bins if schedule.joined else bins // schedule.micro_batch
    return floor(max(1, batches * schedule.micro_batch // schedule.batch) * schedule.epochs)


def packing_waste(kept: Lengths, schedule: Schedule) -> float:
    """The share of padding where rows are packed."""
    return packed(kept, schedule).waste


def full_waste(kept: Lengths, schedule: Schedule) -> float:
    """The share of padding where each row is padded to `sequence_len`, rounded up (core/builders/causal.py:389)."""
    width = schedule.multiple * ceil(schedule.sequence_len / schedule.multiple)
    return PackedRows(len(kept.values), width, sum(kept.values)).waste


def longest_waste(kept: Lengths, schedule: Schedule) -> float:
    """The share of padding where a micro batch is as wide as its longest row."""
    return padded(shuffled(kept.values), schedule.micro_batch, schedule.multiple).waste
