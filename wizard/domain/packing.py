"""How rows are laid into batches: packed, padded to a length, or padded to the longest beside them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from math import ceil

SEED = 42
"""Of the order in which rows come: Axolotl's own default seed."""
GROUP = 100_000
"""`sample_packing_group_size` (axolotl 0.19.0 utils/schemas/config.py:700)."""
PER_BIN = 200
"""`sample_packing_bin_size` (axolotl 0.19.0 utils/schemas/config.py:706)."""


@dataclass(frozen=True, slots=True)
class PackedRows:
    """Bins of equal capacity, and the tokens in them."""

    bins: int
    capacity: int
    tokens: int

    @property
    def waste(self) -> float:
        """The share of slots that hold padding."""
        slots = self.bins * self.capacity
        return 1 - self.tokens / slots if slots else 0.0


def first_fit(lengths: Sequence[int], capacity: int, group: int = GROUP, per_bin: int = PER_BIN) -> PackedRows:
    """Lays lengths, in their order, each into the first bin with room; a new one where there is none.

    Each `group` of rows has bins of its own, a bin holds `per_bin` rows. No length may be over `capacity`.
    axolotl 0.19.0 utils/samplers/multipack.py pack_group, which does not sort; here by a tree over the room that is
    left, so that 20,000 rows take no quadratic time.
    """
    if any(length > capacity for length in lengths):
        raise ValueError("a row is longer than a bin")
    rest, bins = iter(lengths), 0
    while part := list(islice(rest, max(1, group))):
        bins += _bins(part, capacity, per_bin)
    return PackedRows(bins, capacity, sum(lengths))


def _bins(lengths: Sequence[int], capacity: int, per_bin: int) -> int:
    leaves = 1 << max(0, len(lengths) - 1).bit_length()
    room = [capacity] * (2 * leaves)  # of a node: the most room of a bin below it; bins not opened yet are empty
    held = [0] * leaves
    last = -1
    for length in lengths:
        node = 1
        while node < leaves:
            node = 2 * node if room[2 * node] >= length else 2 * node + 1
        place = node - leaves
        last = max(last, place)
        held[place] += 1
        room[node] = room[node] - length if held[place] < per_bin else -1
        while node > 1:
            node //= 2
            room[node] = max(room[2 * node], room[2 * node + 1])
    return last + 1


def padded(lengths: Iterable[int], batch: int, multiple: int = 64) -> PackedRows:
    """Each batch as wide as its longest row, rounded up to `multiple`.

    axolotl 0.19.0 core/builders/causal.py:387: 64 where `pad_to_sequence_len` is not set, 1 where it is false.
    `bins` are rows of mixed width, so `capacity` is 1 and `bins` counts slots.
    """
    rest, slots, tokens = iter(lengths), 0, 0
    while part := list(islice(rest, max(1, batch))):
        slots += len(part) * multiple * ceil(max(part) / multiple)
        tokens += sum(part)
    return PackedRows(slots, 1, tokens)


def shuffled(lengths: Sequence[int]) -> tuple[int, ...]:
    """The lengths in an order drawn with a fixed seed: training draws one anew each epoch."""
    order = list(lengths)
    random.Random(SEED).shuffle(order)  # an order, not a secret
    return tuple(order)
