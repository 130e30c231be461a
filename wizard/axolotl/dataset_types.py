"""What the loader of each kind of training makes of a dataset's `type`.

Source: axolotl 0.19.0 and 0.21.0 utils/data/{sft,rl,wrappers}.py, prompt_strategies/{__init__,base}.py and
bradley_terry/__init__.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from wizard.axolotl import datasets, packing, preference
from wizard.axolotl.datasets import DatasetEntry
from wizard.axolotl.rewards import prompting
from wizard.domain.nearest import closest
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.knowledge.axolotl import shapes
from wizard.knowledge.axolotl.dataset_forms import Form, form_of
from wizard.knowledge.axolotl.dataset_types import DatasetTypes, dataset_types
from wizard.knowledge.axolotl.versions import of_plan

Answer = Literal["loads", "foreign", "fails"]
"""`foreign`: a module from elsewhere, of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Unloadable:
    """A type that the loader does not find. `near`: the one that was meant; `of`: a kind of training that has it."""

    near: str | None = None
    of: str | None = None


def loader(plan: Plan) -> str:
    """Which loader reads the types: `supervised`, or a package of transforms. Methods without their own share DPO's."""
    method = preference.rl(plan)
    if method is None:
        return "supervised"
    return method if method in ("kto", "orpo", "ebft") else "dpo"


def reading(plan: Plan) -> str:
    """Who reads the rows of the first data: a loader, `pretraining`, `reward`, `steps`, `rewards` (TRL, as they are),
    or `own`, a function of the person's.
    """
    if preference.process_reward_model(plan):
        return "steps"
    if preference.reward_model(plan):
        return "reward"
    if preference.rl(plan) in preference.LEARNS:
        return "own" if prompting(plan) else "rewards"
    if preference.rl(plan) == "ebft":
        return "own"
    if packing.pretraining_dataset(plan) and not plan.get("datasets"):
        return "pretraining"
    return loader(plan)


def columns_read(entry: Mapping[str, object], training: str, version: Version) -> Mapping[str, str]:
    """The columns that a transform of preference training reads, by the key that renames each; none where it is not
    known.
    """
    kind = entry.get("type")
    block = kind if isinstance(kind, dict) else {}
    module, _, function = ("user_defined.default" if block else str(kind)).partition(".")
    reads = dataset_types(version).transforms[training].get(module, {}).get(function or "default") or {}
    named = {**entry, **block}
    return {key: str(named.get(key) or column) for key, column in reads.items()}


def form_read(plan: Plan, entry: Mapping[str, object]) -> Form | None:
    """The form in which an entry's rows are read; KTO reads other columns than DPO under the same names of types."""
    if loader(plan) != "kto":
        return form_of(entry)
    reads = columns_read(entry, "kto", of_plan(plan))
    if not reads:
        return None
    parts = {key.removeprefix("field_"): column for key, column in reads.items()}
    answer = {"completion": parts.pop("completion")}
    asked = [column for part, column in parts.items() if part != "label"]
    name = "user_defined" if isinstance(entry.get("type"), dict) else str(entry.get("type"))
    return Form(name, "judged", {**({"prompt": asked[0]} if asked else {}), **answer}, {"system": "system"})


def is_read(plan: Plan, entry: DatasetEntry) -> bool:
    """Whether the type of an entry is looked at."""
    if entry.model == datasets.SYNTHETIC:
        return False
    if entry.key == "pretraining_dataset":
        return packing.sample_packing(plan)
    return loader(plan) != "supervised" or datasets.prepares(plan)


def answer(types: DatasetTypes, kind: str, name: str) -> Answer:
    """What the loader of a kind of training does with a type."""
    return _supervised(types, name) if kind == "supervised" else _preference(types, kind, name)


def unloadable(types: DatasetTypes, kind: str, name: str) -> Unloadable | None:
    """Why a type is not found; None where it is, or may be."""
    if answer(types, kind, name) != "fails":
        return None
    if ":load_" in name and kind == "supervised":
        return Unloadable(name.replace(":load_", ".load_"))
    if kind == "supervised" and name.startswith("alpaca:"):
        return Unloadable(closest(name, tuple(f"alpaca:{style}" for style in types.styles), 0.75))
    if name == "sharegpt" or name.startswith("sharegpt."):
        return Unloadable()
    names = (*types.names(kind), *(types.names("reward") if kind == "supervised" else ()))
    others = ("supervised", *types.transforms)
    of = next((one for one in others if one != kind and answer(types, one, name) == "loads"), None)
    return Unloadable(None if of else closest(name, names, 0.75), of)


def _supervised(types: DatasetTypes, name: str) -> Answer:
    if name == "messages":
        return "loads"
    if name.startswith("bradley_terry"):
        _, point, rest = name.partition(".")
        return "loads" if point and _has(types.reward, rest) else "fails"
    base, colon, style = name.partition(":")
    if colon:
        unknown = base == "alpaca" and style.partition(":")[0] not in ("", *types.styles)
        return "loads" if base in types.handlers and not unknown else "fails"
    if _has(types.supervised, name) or name in types.handlers:
        return "loads" if name.partition(".")[0] != "user_defined" else "fails"
    words = name.split(".")
    foreign = len(words) > 1 and words[0] not in types.modules() and not _names_function(words[-1])
    return "foreign" if foreign else "fails"


def _names_function(last: str) -> bool:
    """Whether the last word is one of a module's own functions; those are looked for among Axolotl's modules alone."""
    return last.startswith("load_") or last == "load"


def _has(modules: object, name: str) -> bool:
    """Whether a name is a module with `load`, or a module and its function."""
    module, _, last = name.rpartition(".")
    if not _names_function(last):
        module, last = name, "load"
    return isinstance(modules, dict) and last in modules.get(module, ())


def _preference(types: DatasetTypes, kind: str, name: str) -> Answer:
    words = name.split(".")
    module, function = (words[0], "default") if len(words) == 1 else (words[-2], words[-1])
    if len(words) > 2 or (len(words) == 2 and module not in types.modules()):
        return "foreign"
    if module == "user_defined":  # which wants a block in place of a name
        return "fails"
    return "loads" if function in types.transforms[kind].get(module, {}) else "fails"


def reads_answers(name: str) -> bool:
    """Whether one of DPO's transforms reads a chosen and a rejected answer: all but the one that passes rows on."""
    return name.partition(".")[0] != "passthrough"


def taken_out(entry: DatasetEntry) -> str | None:
    """The column that DPO's transform of this type takes out of the rows (dpo/chat_template.py:159); None: none."""
    if entry.type not in ("chat_template", "chat_template.default"):
        return None
    return str(entry.values.get("field_messages") or "messages")


def method(plan: Plan) -> str | None:
    """The preference method that the types are loaded for."""
    return preference.rl(plan)


def unread_block(plan: Plan, entry: DatasetEntry) -> bool:
    """Whether an entry has a block under `type` that belongs to another kind of training."""
    return isinstance(entry.type, dict) and preference.rl(plan) in ("orpo", "grpo", "gdpo", "ebft")


def left_of_block(entry: DatasetEntry) -> bool:
    """Whether the model of supervised training keeps a key of a block under `type`."""
    known = shapes.model("UserDefinedPrompterType", entry.version)["properties"]
    block = entry.type if isinstance(entry.type, dict) else {}
    return any(key in known and value is not None for key, value in block.items())
