"""FSDP: `fsdp`, `fsdp_config` and `fsdp_version`, in each of their places and spellings.

Source: axolotl 0.19.0 utils/schemas/fsdp.py, validation.py:1147-1232; from 0.20 on there is FSDP2 alone, and the list
`fsdp` is refused (0.20.0 validation.py:1407).
"""

from __future__ import annotations

from wizard.domain.plan import Plan
from wizard.domain.values import flag, mapping, number, texts
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import of_plan

PREFIX = "fsdp_"
_WITHOUT_FSDP1 = Version(0, 20)
REFUSED_KEYS = frozenset({"sharding_strategy", "forward_prefetch"})
"""Keys of the block that FSDP1 alone has, and Axolotl refuses without it (0.20.0 validation.py:199)."""
IGNORED_KEYS = frozenset(
    {"sync_module_states", "backward_prefetch", "backward_prefetch_policy", "limit_all_gathers", "use_orig_params"}
)
"""Those that it drops with a warning."""


def prefixed(key: object) -> bool:
    """Whether a key of `fsdp_config` has the deprecated prefix."""
    return isinstance(key, str) and key.startswith(PREFIX) and key != "fsdp_version"


def bare(key: str) -> str:
    """A key of `fsdp_config` as Axolotl renames it."""
    return key.replace(PREFIX, "") if prefixed(key) else key


def fsdp_config(plan: Plan) -> dict[str, object]:
    """`fsdp_config` without the deprecated prefixes; empty where there is no block."""
    return {bare(str(key)): value for key, value in mapping(plan, "fsdp_config").items()}


def fsdp_config_as_written(plan: Plan) -> dict[str, object]:
    """`fsdp_config` with its keys as they stand in the file."""
    return mapping(plan, "fsdp_config")


def named_as_the_schema(plan: Plan) -> dict[str, object]:
    """The same with the version under the one name that the schema has for it."""
    block = fsdp_config(plan)
    return {"fsdp_version" if key == "version" else key: value for key, value in block.items()}


def has_block(plan: Plan) -> bool:
    """Whether `fsdp_config` is a block, be it empty: checks after the schema see an object, which counts as true."""
    return isinstance(plan.get("fsdp_config"), dict)


def setting(plan: Plan, name: str) -> bool:
    """A switch of `fsdp_config`, by its name without prefix."""
    return flag(fsdp_config(plan).get(name))


def with_value(plan: Plan, name: str, value: object) -> dict[str, object]:
    """`fsdp_config` with this key set, under the name it has there."""
    block = mapping(plan, "fsdp_config")
    written = next((key for key in block if isinstance(key, str) and bare(key) == name), name)
    return {**block, written: value}


def fsdp(plan: Plan) -> bool:
    """Whether the deprecated list `fsdp` is written."""
    return bool(plan.get("fsdp"))


def words(plan: Plan) -> tuple[str, ...]:
    """The words of the deprecated `fsdp`, a list or a text with blanks or commas, in small letters."""
    value = plan.get("fsdp")
    parts = value.replace(",", " ").split() if isinstance(value, str) else texts(value)
    return tuple(part.lower() for part in parts)


def final_state_on_top(plan: Plan) -> object:
    """The deprecated `fsdp_final_state_dict_type` at the top, None where it is not there."""
    return plan.get("fsdp_final_state_dict_type")


def only_fsdp2(plan: Plan) -> bool:
    """Whether its Axolotl has no FSDP1 any more."""
    return of_plan(plan) >= _WITHOUT_FSDP1


def shards(plan: Plan) -> bool:
    """Whether the plan asks for FSDP: an empty `fsdp_config` asks for nothing."""
    return bool(plan.get("fsdp_config") or (plan.get("fsdp") and not only_fsdp2(plan)))


def version_on_top(plan: Plan) -> object:
    """`fsdp_version` as written at the top, where alone some early checks look; None where it is not there."""
    return plan.get("fsdp_version")


def version_inside(plan: Plan) -> object:
    """The version as written inside `fsdp_config`, under either of its names there; else None."""
    block = mapping(plan, "fsdp_config")
    return block.get("version") or block.get("fsdp_version")


def written_for_fsdp1(plan: Plan) -> bool:
    """Whether the file says FSDP1 in so many words, whatever its Axolotl makes of it."""
    named = version_on_top(plan) or version_inside(plan)
    return fsdp(plan) or (named is not None and str(named) != "2")


def early_version(plan: Plan) -> str:
    """The version as the early checks compare it, by its text: "1" where none is written, "2.0" is not "2"."""
    if only_fsdp2(plan):
        return "2"
    return str(version_on_top(plan) or version_inside(plan) or 1)


def fsdp_version(plan: Plan) -> int:
    """The version that trains: 1 where none is written (check_fsdp_version_in_fsdp_config), 2 without FSDP1."""
    if only_fsdp2(plan):
        return 2
    return int(min(99.0, number(version_on_top(plan) or version_inside(plan), 1.0)))


def early_fsdp1(plan: Plan) -> bool:
    """Whether the early checks take it for FSDP, but not for FSDP2."""
    return shards(plan) and early_version(plan) != "2"


def is_refused(plan: Plan) -> bool:
    """Whether Axolotl takes no FSDP for this model: those with falcon in their name (validation.py check_falcon_fsdp);
    up to 0.19 it looks at the deprecated list alone.
    """
    asked = has_block(plan) if only_fsdp2(plan) else fsdp(plan)
    return asked and "falcon" in str(plan.get("base_model")).lower()
