"""What a size in place of a GPU's name is taken as."""

from __future__ import annotations

from wizard.domain.machine import Machine
from wizard.domain.units import GIB, gib, gib_number
from wizard.knowledge.gpus import CatalogueGpu, size_bytes, sold_as, sold_with, typed_size


def size_notes(machine: Machine) -> list[str]:
    """A line for each size that a person wrote: what of it counts as free, and which cards have how much."""
    if machine.origin != "named":
        return []
    sizes = dict.fromkeys(size for gpu in machine.gpus if (size := typed_size(gpu)) is not None)
    return [_note(size) for size in sizes]


def _note(size: str) -> str:
    kin = sold_as(size)
    if kin:
        free = f"write what is free as {gib_number(kin[0].cuda_bytes)}GiB"
        return f"{size} is a size of cards; of those a program has {_between(kin)}: name the card, or {free}"
    exactly = f"{size} is taken as free to the last byte"
    total = size_bytes(size) or 0
    sold = round(total / GIB)
    less = tuple(gpu for gpu in sold_with(sold) if gpu.cuda_bytes < total)
    if not less:
        return exactly
    return f"{exactly}; of a card with {sold} GB a program has {_between(less)}: name the card, or write {sold}GB"


def _between(cards: tuple[CatalogueGpu, ...]) -> str:
    least, most = cards[0], cards[-1]
    if gib_number(least.cuda_bytes) == gib_number(most.cuda_bytes):
        return f"{gib(least.cuda_bytes)} ({least.title})"
    return f"{gib_number(least.cuda_bytes)} ({least.title}) to {gib(most.cuda_bytes)} ({most.title})"
