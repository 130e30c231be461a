"""The adapter and its keys: `adapter`, `lora_*`, `peft_use_dora`."""

from __future__ import annotations

from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.domain.text import in_yaml
from wizard.domain.values import flag, integer, number, on, texts

TARGETS = ("lora_target_linear", "lora_target_modules", "lora_target_parameters")
"""The keys that say where the adapters go."""
BUILT_IN = ("lora", "qlora")
"""The adapters that Axolotl makes with PEFT's LoraConfig by itself."""
_TABLES = {
    "gpt_neox": ("embed_in", "embed_out"),
    "falcon": ("word_embeddings", "lm_head"),
    "nemotron_h": ("embeddings", "lm_head"),
    "bailing_hybrid": ("word_embeddings", "lm_head"),
}
_COMMON = ("embed_tokens", "lm_head")


def adapter(plan: Plan) -> str | None:
    """The kind of adapter, None for a full fine-tune."""
    named = plan.get("adapter")
    return in_yaml(named) if named else None


def built_in(plan: Plan) -> bool:
    """Whether it is LoRA or QLoRA."""
    return adapter(plan) in BUILT_IN


def makes_lora(plan: Plan) -> bool:
    """Whether Axolotl makes a new LoRA; a saved one (`lora_model_dir`) brings its own configuration."""
    return built_in(plan) and not plan.get("lora_model_dir")


def lora_r(plan: Plan) -> int:
    """The rank, 8 where none is written, as PEFT has it."""
    return max(1, integer(plan.get("lora_r"), 8))


def lora_dropout(plan: Plan) -> float:
    """The share of the adapter's input that is dropped; 0 where none is written."""
    return number(plan.get("lora_dropout"), 0.0)


ALL_LINEAR = "all-linear"


def listed_by_axolotl(plan: Plan) -> bool:
    """Whether Axolotl makes a list of the linear layers' names, to which what is written is added."""
    return on(plan.get("lora_target_linear"))


def lora_target_linear(plan: Plan) -> bool:
    """Whether every linear layer but the head gets an adapter, by its own switch or by `all-linear`."""
    return listed_by_axolotl(plan) or plan.get("lora_target_modules") == ALL_LINEAR


def lora_target_modules(plan: Plan) -> tuple[str, ...]:
    """The listed names; none where it is one text."""
    written = plan.get("lora_target_modules")
    return () if isinstance(written, str) else texts(written)


def lora_target_pattern(plan: Plan) -> str | None:
    """The one text, which PEFT takes as a regular expression over whole paths; `all-linear` is none."""
    written = plan.get("lora_target_modules")
    return written if isinstance(written, str) and written != ALL_LINEAR else None


def targets_named(plan: Plan) -> bool:
    """Whether `lora_target_modules` says anything."""
    return bool(plan.get("lora_target_modules"))


def lora_target_parameters(plan: Plan) -> tuple[str, ...]:
    """Plain parameters (stacked experts) that get an adapter."""
    return texts(plan.get("lora_target_parameters"))


def lora_modules_to_save(plan: Plan) -> tuple[str, ...]:
    """Modules that are trained whole beside the adapter."""
    return texts(plan.get("lora_modules_to_save"))


def tables(model: Model | None) -> tuple[str, str]:
    """The names of the embedding and of the output layer, which new tokens have to be trained in."""
    return _TABLES.get(model.model_type, _COMMON) if model else _COMMON


def new_tokens_trained(plan: Plan, model: Model | None) -> dict[str, object]:
    """The change that trains both whole beside an adapter, as new `tokens` ask for; empty where it does already."""
    saved = lora_modules_to_save(plan)
    missing = [name for name in tables(model) if name not in saved]
    return {"lora_modules_to_save": [*saved, *missing]} if adapter(plan) and missing else {}


def peft_use_dora(plan: Plan) -> bool:
    """Whether the adapter is DoRA."""
    return flag(plan.get("peft_use_dora"))


def lacks_rank(plan: Plan) -> bool:
    """Whether `lora_r` is not written, or no rank."""
    return plan.get("lora_r") is None or number(plan.get("lora_r"), 1.0) < 1


def all_target_texts(plan: Plan) -> tuple[str, ...]:
    """Everything `lora_target_modules` says, a list or one text."""
    return texts(plan.get("lora_target_modules"))
