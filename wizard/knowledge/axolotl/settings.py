"""What Axolotl assumes and calls things, where a plan's memory depends on it; settings.toml, typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from wizard.domain.version import Version
from wizard.knowledge.axolotl.fields import data
from wizard.knowledge.load import toml


@dataclass(frozen=True, slots=True)
class Defaults:
    """The schema's own values, for the fields an estimate reads. Lengths in tokens, batches in rows per GPU."""

    sequence_len: int
    micro_batch_size: int
    optimizer: str
    lora_dropout: float


@dataclass(frozen=True, slots=True)
class AttentionFacts:
    """`legacy`: deprecated flags in order of priority, and the implementation each means.

    `packs`: implementations that keep packed sequences apart. `flash_library`: those that count as the flash attention
    library in Axolotl's checks. `keeps_fp32_embeddings`: those with which a full fine-tune keeps them so.
    """

    legacy: Mapping[str, str]
    packs: frozenset[str]
    flash_library: frozenset[str]
    keeps_fp32_embeddings: frozenset[str]


def _facts() -> dict[str, Any]:
    return toml("axolotl/settings")


def oldest_torch(version: Version) -> str:
    """The oldest torch that it takes, as "2.11"."""
    found = re.search(r">=(\d+\.\d+)", data(version)["requires"]["torch"])
    return found[1] if found else ""


@cache
def defaults(version: Version) -> Defaults:
    """What a field is that no file sets."""
    rows = data(version)["fields"]
    return Defaults(*(rows[name]["default"] for name in Defaults.__slots__))


def positive() -> tuple[str, ...]:
    """Numbers that Axolotl lets through below 1, and no training can use."""
    return tuple(_facts()["positive"]["fields"])


@cache
def read() -> frozenset[str]:
    """The fields that an estimate depends on: for it, any value of the others will do."""
    return frozenset(_facts()["read"]["fields"])


@cache
def looked_at() -> frozenset[str]:
    """Those, and the fields that a look at the data depends on."""
    return read() | frozenset(_facts()["read"]["data"])


def adapter_names() -> tuple[str, ...]:
    """The names that `adapter` takes, beside those of plugins."""
    return tuple(_facts()["adapter"]["names"])


@cache
def attention_names(version: Version) -> tuple[str, ...]:
    """The names that `attn_implementation` takes, beside any with a slash."""
    return tuple(data(version)["attention"]["names"])


@cache
def attention() -> AttentionFacts:
    """What the names of attention implementations mean."""
    facts = _facts()["attention"]
    return AttentionFacts(
        legacy=facts["legacy"],
        packs=frozenset(facts["packs"]),
        flash_library=frozenset(facts["flash_library"]),
        keeps_fp32_embeddings=frozenset(facts["keeps_fp32_embeddings"]),
    )


def loss_plugins() -> Mapping[str, str]:
    """The plugin beside which each loss switch works."""
    plugins: dict[str, str] = _facts()["loss"]["plugins"]
    return plugins


def cut_loss_fork(version: Version) -> str:
    """Axolotl's fork of cut cross entropy as pip takes it, for a known version."""
    row = _facts()["loss"]["cut_fork"]
    return f"{row['package']}@{row['at'][str(version)]}"


@cache
def without_loss(loss: str, how: Literal["skipped", "stops"]) -> frozenset[str]:
    """Model types that a fused loss ("liger" or "cut") does nothing for, or that a run with it stops with."""
    return frozenset(_facts()["loss"]["without"][f"{loss}_{how}"])


@cache
def router_loss(kind: Literal["absent", "by_name"]) -> frozenset[str]:
    """Model types whose output has none, or that find their routers by a name which an adapter's layers have too."""
    return frozenset(_facts()["router_loss"][kind])


def allocator(torch: tuple[int, int]) -> tuple[str, str] | None:
    """The environment variable that the command line sets for a torch version, and its value; None before 2.2."""
    if torch < (2, 2):
        return None
    row = _facts()["allocator"]["from_2_9" if torch >= (2, 9) else "from_2_2"]
    return row["variable"], row["value"]


def plugin_module(integration: str, version: Version) -> str | None:
    """The module of one of Axolotl's integrations that defines its plugin; empty where the package itself does."""
    modules: dict[str, str] = data(version)["modules"]
    return modules.get(integration)


def always_loaded(version: Version) -> frozenset[str]:
    """The plugins that are loaded whether listed or not."""
    return frozenset(data(version)["builtin"])
