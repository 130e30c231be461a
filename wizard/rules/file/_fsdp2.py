"""An FSDP1 config as one of FSDP2."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wizard.axolotl import deepspeed, fsdp
from wizard.domain.finding import Fix
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.values import texts

GONE = {
    "sync_module_states": "FSDP2 always starts from the first GPU's weights",
    "use_orig_params": "FSDP2 has no flat parameters",
    "limit_all_gathers": "FSDP2 limits them itself",
    "backward_prefetch": "FSDP2 prefetches itself",
    "backward_prefetch_policy": "FSDP2 prefetches itself",
    "forward_prefetch": "FSDP2 prefetches itself",
}
"""Keys of FSDP1 without a counterpart (axolotl 0.21.0 utils/schemas/validation.py:227, docs/multi-gpu.qmd)."""
_VERSIONS = ("version", "fsdp_version")
_STRATEGIES: dict[str, bool] = {
    "full_shard": True,
    "1": True,
    "hybrid_shard": True,
    "4": True,
    "shard_grad_op": False,
    "2": False,
    "hybrid_shard_zero2": False,
    "5": False,
}
"""FSDP1's strategies by name and number, and `reshard_after_forward` (accelerate utils/dataclasses.py)."""


@dataclass(frozen=True, slots=True)
class Fsdp2:
    """The block of FSDP2, the old keys that have no counterpart, and what a person has to decide."""

    block: Mapping[str, object]
    gone: tuple[str, ...] = ()
    decide: str = ""


def is_old(plan: Plan) -> bool:
    """Whether the plan asks for FSDP as version 1 was asked for."""
    if not fsdp.shards(plan):
        return False
    names = fsdp.fsdp_config(plan)
    return (
        fsdp.fsdp(plan) or fsdp.early_version(plan) != "2" or any(key in names for key in ("sharding_strategy", *GONE))
    )


def strategy(plan: Plan) -> str:
    """The strategy that the block or the list names, in small letters; empty where none is named."""
    named = fsdp.fsdp_config(plan).get("sharding_strategy")
    words = fsdp.words(plan)
    listed = next((word for word in words if word in _STRATEGIES or word == "no_shard"), "")
    return str(named).lower() if named is not None else listed


def as_fsdp2(plan: Plan) -> Fsdp2:
    """The same division with the names of version 2, in the order of the file."""
    old, words, named = fsdp.fsdp_config(plan), fsdp.words(plan), strategy(plan)
    made: dict[str, object] = {}
    for key, value in old.items():
        if key == "sharding_strategy":
            made.setdefault("reshard_after_forward", _STRATEGIES.get(named, True))
        elif key == "transformer_layer_cls_to_wrap" and isinstance(value, list):
            made[key] = ",".join(texts(value))
        elif not (key in GONE or key in _VERSIONS or (key == "min_num_params" and value in (0, "0"))):
            made[key] = value
    if "offload" in words:
        made.setdefault("offload_params", True)
    if "auto_wrap" in words:
        made.setdefault("auto_wrap_policy", "TRANSFORMER_BASED_WRAP")
    kind = fsdp.final_state_on_top(plan)
    if kind is not None:
        made.setdefault("final_state_dict_type", kind)
    if named in _STRATEGIES or not made:
        made.setdefault("reshard_after_forward", _STRATEGIES.get(named, True))
    decide = ""
    if named.startswith("hybrid_shard") or named in ("4", "5"):
        decide = f"{named} kept a whole copy on each node: how many copies, as dp_replicate_size"
    return Fsdp2(made, tuple(key for key in old if key in GONE), decide)


def old_keys(plan: Plan) -> list[str]:
    """The keys of the file that say it."""
    names = ("fsdp", "fsdp_config", "fsdp_final_state_dict_type")
    return [key for key in names if plan.get(key) is not None]


def without_counterpart(plan: Plan) -> str:
    """What version 2 has nothing for, as the end of a sentence."""
    gone = as_fsdp2(plan).gone
    return f"; without a counterpart: {', '.join(f'{key} ({GONE[key]})' for key in gone)}" if gone else ""


def undecided(plan: Plan) -> str:
    """Why FSDP2 can't be what was meant; empty where it can."""
    if strategy(plan) in ("no_shard", "3"):
        return "NO_SHARD divides nothing; without fsdp_config each GPU holds the whole model (DDP)"
    if deepspeed.deepspeed(plan):
        return "deepspeed and FSDP are both asked for, and only one can be"
    if "falcon" in str(plan.get("base_model", "")).lower():
        return "Axolotl takes no FSDP for Falcon models; deepspeed is the other way to divide one"
    return ""


def to_fsdp2(plan: Plan) -> Fix:
    """The change to version 2."""
    made = as_fsdp2(plan)
    changes: dict[str, object] = {key: REMOVE for key in old_keys(plan) if key != "fsdp_config"}
    changes |= {"fsdp_version": 2, "fsdp_config": made.block}
    return Fix(changes, "unsafe", "fsdp_version: 2 with its names in fsdp_config", decide=made.decide)
