"""What each optimizer reads of `optim_args` and of the keys beside it; the table is `optimizer_settings.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from wizard.knowledge.load import toml


@dataclass(frozen=True)
class OptimizerSettings:
    """The table. `own`: Axolotl's own; `casts`: those that make numbers of text; `whole`: those that choose each
    weight's rate themselves; `reads`: what transformers' own read of `optim_args`; `alone`: how the names begin of
    those that look at a key.
    """

    own: frozenset[str]
    casts: frozenset[str]
    whole: frozenset[str]
    reads: Mapping[str, tuple[str, ...]]
    alone: Mapping[str, tuple[str, ...]]
    packages: Mapping[str, str]
    extra: frozenset[str]

    def package(self, name: str) -> str | None:
        """What must be installed beside Axolotl for an optimizer of this name; None for one that needs nothing."""
        return next((package for begins, package in self.packages.items() if name.startswith(begins)), None)


@cache
def optimizer_settings() -> OptimizerSettings:
    """The table as it is written."""
    read = toml("optimizer_settings")
    return OptimizerSettings(
        own=frozenset(read["own"]),
        casts=frozenset(read["casts"]),
        whole=frozenset(read["whole"]),
        reads={name: tuple(keys) for name, keys in read["reads"].items()},
        alone={key: tuple(names) for key, names in read["alone"].items()},
        packages=dict(read["packages"]),
        extra=frozenset(read["extra"]),
    )
