"""Names that a key takes where Axolotl's schema only says "text": what it and the libraries under it know."""

from __future__ import annotations

from wizard.domain.version import Version
from wizard.knowledge.axolotl.settings import adapter_names, attention_names
from wizard.knowledge.optimizers import optimizers
from wizard.knowledge.schedulers import schedulers

_CLOSED = frozenset({"lr_scheduler", "optimizer"})


def named_values(path: str, version: Version) -> tuple[str, ...]:
    """The names, in reading order; empty where nothing is known beyond the schema."""
    if path == "lr_scheduler":
        return tuple(schedulers())
    if path == "optimizer":
        return tuple(optimizers())
    if path == "adapter":
        return adapter_names()
    return attention_names(version) if path == "attn_implementation" else ()


def takes_no_other(path: str) -> bool:
    """Whether a run dies of every text that is none of its names and values; else others may do."""
    return path in _CLOSED
