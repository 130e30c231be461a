"""The form of each architecture; the rows of families.toml, typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from wizard.domain.model import Factors, Routing, Spared
from wizard.domain.tower import NormStyle
from wizard.knowledge.load import toml

Feed = Literal["gated", "fused", "plain"]
ExpertForm = Literal["gated", "transposed", "plain"]


class Family(NamedTuple):
    """One row of families.toml; its head comment explains each field. With so many, it is made faster than others."""

    layer: str
    tied: bool
    root: str
    embed: str
    embed_more: int
    layers: str
    final_norm: str
    head_bias: bool | str
    logits_fp32: bool
    own_linear: bool
    spared: dict[str, Spared]
    norm: NormStyle
    norm_bias: bool
    norms: tuple[str, ...]
    sparse_norms: tuple[str, ...]
    holds: bool
    scalars: tuple[str, ...]
    unsaid: dict[str, Any]
    checked: dict[str, Any]
    attention: str
    latent: bool
    fused_qkv: str
    out: str
    qkv_bias: bool | str
    o_bias: bool | str
    query_gate: str
    qk_norm: str
    qk_norm_if: str
    qk_norm_names: tuple[str, str]
    sinks: bool
    kv_heads: str
    one_kv: str
    cross: str
    full_sizes: bool
    per_layer_input: str
    pattern: str
    full_every: str
    full_offset: str
    between: str
    usual: str
    single: bool
    mixer: str
    mixer_module: str
    mixer_keys: dict[str, str]
    multiplied: Factors
    beside: bool
    mlp: Feed
    mlp_module: str
    mlp_names: tuple[str, ...]
    mlp_bias: bool | str
    width: str
    width_adjusted: bool
    experts: str
    fewest: int
    experts_if: str
    active: str
    expert_width: str
    expert_form: ExpertForm
    expert_bias: bool
    expert_latent: str
    experts_module: str
    dense_too: bool
    router: str
    router_linear: bool
    router_bias: bool
    router_upcasts: bool
    routing_fp32: Routing
    router_offset: str
    router_scales: bool
    shared: str
    shared_module: str
    shared_first: bool
    shared_gate: bool
    dense_first: str
    sparse_every: str
    sparse_offset: str


@dataclass(frozen=True, slots=True)
class Wrapper:
    """One [wrapper] row: a multimodal model around a text decoder."""

    text: str
    root: str
    head: str
    tied: bool
    towers: tuple[str, ...]


@lru_cache(maxsize=256)
def family(model_type: str) -> tuple[Family, bool]:
    """The form of a `model_type`, and whether it is known or only the general one."""
    data = toml("models/families")
    row = _whole(data["family"], model_type)
    fields = {**data["defaults"], **row}
    for name, value in fields.items():
        if isinstance(value, list):
            fields[name] = tuple(value)
    return Family(**fields), bool(row)


def relative(config: Mapping[str, Any]) -> str | None:
    """The family whose form a model without a row is taken to have, by its config's keys; None: the general one."""
    written = str(config.get("hidden_activation") or config.get("hidden_act") or config.get("mlp_hidden_act") or "")
    for row in toml("models/families")["relative"]:
        found = all(any(config.get(key) for key in keys.split("|")) for keys in row["has"])
        if found and written.startswith(row.get("act", "")):
            return str(row["like"])
    return None


def _whole(rows: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
    """A row over the row it is `like`."""
    row = dict(rows.get(name, {}))
    like = row.pop("like", None)
    return {**_whole(rows, like), **row} if like else row


@lru_cache(maxsize=256)
def wrapper(model_type: str) -> Wrapper | None:
    """How a multimodal model's config and module names go around its text decoder; None if not known."""
    row = toml("models/families")["wrapper"].get(model_type)
    if row is None:
        return None
    fields = {**toml("models/families")["wrapper_defaults"], **row}
    return Wrapper(**{**fields, "towers": tuple(fields["towers"])})
