"""What is named to begin or to go on from: the base model's files, a saved adapter, a checkpoint.

Source: axolotl 0.21.0 loaders/utils.py (load_model_config), loaders/adapter.py:465; transformers 5.20.1
trainer.py:3620, trainer_utils.py (validate_quantization_for_training).
"""

from __future__ import annotations

import re

from wizard.axolotl import adapters
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.domain.values import flag, mapping
from wizard.knowledge.load import toml
from wizard.knowledge.models.catalogue import built, find, whole_id
from wizard.knowledge.models.outside import type_of

FOLDERS = ("lora_model_dir", "resume_from_checkpoint", "tokenizer_config")
"""The keys that name a folder."""
WRITTEN_TO = ("output_dir", "dataset_prepared_path")
"""The keys that name a folder to write into."""
_PACKED = re.compile(r"[-_](bnb|gptq|awq)(?=[-_]|$)", re.IGNORECASE)
_MADE_OF = re.compile(r"[-_](?:unsloth[-_])?(?:bnb|gptq|awq)(?:[-_][^/]*)?$", re.IGNORECASE)
_METHODS = {"bnb": "bitsandbytes", "gptq": "gptq", "awq": "awq"}


def folders(plan: Plan) -> dict[str, str]:
    """The folders that the run reads, by their keys."""
    found = {}
    for key in FOLDERS:
        written = plan.get(key)
        if isinstance(written, str) and written and (key != "lora_model_dir" or adapters.built_in(plan)):
            found[key] = written
    return found


def written_to(plan: Plan) -> dict[str, str]:
    """The folders that the run writes into, by their keys."""
    return {key: path for key in WRITTEN_TO if isinstance(path := plan.get(key), str) and path}


def is_gguf_file(plan: Plan) -> bool:
    """Whether the base model is one GGUF file, which has no configuration that transformers reads."""
    return str(plan.get("base_model")).lower().endswith(".gguf")


def may_hold_gguf_alone(plan: Plan) -> bool:
    """Whether the base model is called as repositories of GGUF files are, and nothing says which file to read."""
    named = re.search(r"[-_.]gguf$", str(plan.get("base_model")), re.IGNORECASE) is not None
    return named and not mapping(plan, "overrides_of_model_kwargs").get("gguf_file")


def architecture(plan: Plan, model: Model | None) -> str | None:
    """The model_type of the base model, which Axolotl goes by; by its id alone where nothing else is known of it."""
    if model is not None:
        return model.architecture
    name = str(plan.get("base_model") or "")
    known = find(name)
    return str(known.config["model_type"]) if known is not None else type_of(name)


def class_of_transformers(plan: Plan, model: Model | None) -> str | None:
    """The same, but for a model known by its id alone whose own code may be run in place of transformers'."""
    own_code = model is None and flag(plan.get("trust_remote_code"))
    return None if own_code else architecture(plan, model)


def packed_by(plan: Plan, model: Model | None) -> str | None:
    """What a checkpoint is quantized by that can't be trained; by its name where nothing else is known."""
    if model is not None:
        return model.quantized if model.quantized in _METHODS.values() else None
    found = _PACKED.search(str(plan.get("base_model")))
    return _METHODS[found[1].lower()] if found else None


def unpacked_id(plan: Plan) -> str | None:
    """The model of the catalogue that a quantized checkpoint is called after, None where there is none."""
    name = str(plan.get("base_model"))
    plain = _MADE_OF.sub("", name)
    if plain == name:
        return None
    row = find(plain) or find(plain.rpartition("/")[2])
    return None if row is None else whole_id(plain.rpartition("/")[2])


def experts_packed_by(plan: Plan, model: Model | None) -> str | None:
    """What the experts of a checkpoint are quantized by one by one, where transformers 5 puts them into one tensor.

    It puts the quantized values together as if they were weights (bitsandbytes), or finds none (GPTQ, AWQ). Made with
    transformers 5 a checkpoint has its experts in 16 bits: how large it is tells, where that is known.
    """
    method, known = packed_by(plan, model), model
    if method is None or flag(plan.get("llama4_linearized_experts")):
        return None
    if known is None and (plain := unpacked_id(plan)) is not None:
        known = built(plain)
    if known is None or not known.moe or known.model_type not in toml("models/merged")["models"]:
        return None
    return None if _experts_in_16_bits(known) else method


def _experts_in_16_bits(model: Model) -> bool:
    """Whether the checkpoint is nearer to the size with whole experts than to the one with quantized ones."""
    if model.stored_bytes is None or model.packed is None:
        return False
    size = 1.0 if model.packed.size is None else model.packed.size
    experts = sum(tensor.total for tensor in model.tensors if tensor.kind == "experts")
    around = size * model.linear_parameters + 2.0 * (model.parameters - experts - model.linear_parameters)
    return model.stored_bytes - around > (2.0 + size) / 2 * experts
