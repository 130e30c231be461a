"""What another trainer trains by a file of its own: read by its own rules, apart from wizard's reading of it.

Command lines go through a parser as the trainers', scripts are run with stand-ins that note what they are called with.
Defaults are from LLaMA-Factory 0.9.3 hparams, trl 0.29 (sft_config.py, dpo_config.py, model_config.py), peft 0.19
(LoraConfig, constants.py), unsloth 2025.6 (models/llama.py) and torchtune 0.6 (models/*/_model_builders.py).
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.migrate import called
from wizard.knowledge.models.catalogue import catalogue, spellings

ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
MLP = ("gate_proj", "up_proj", "down_proj")
QV = ("q_proj", "v_proj")
_LLAMA_FACTORY: dict[str, Any] = {
    "cutoff_len": 2048, "per_device_train_batch_size": 8, "gradient_accumulation_steps": 1, "finetuning_type": "lora",
    "lora_rank": 8, "lora_target": "all", "use_dora": False,
}  # fmt: skip
_TRL: dict[str, Any] = {
    "max_length": 1024, "per_device_train_batch_size": 8, "gradient_accumulation_steps": 1, "use_peft": False,
    "lora_r": 16, "lora_target_modules": None, "use_dora": False,
}  # fmt: skip


@dataclass(frozen=True)
class Side:
    """`targets`: modules with an adapter of `rank`, None where all weights are trained; `whole`: trained beside them.

    `tokens`: those of one update on one GPU, at most, None where the file does not say them.
    """

    model: str
    tokens: int | None
    targets: tuple[str, ...] | None = None
    rank: int = 0
    whole: tuple[str, ...] = ()
    dora: bool = False
    reward: bool = False

    @property
    def trained(self) -> int:
        """The parameters that are trained, from the model's config.json and its published count.

        A reward model has a row of scores, `hidden_size` wide, in the place of lm_head.
        """
        row = catalogue()[spellings()[self.model.rstrip("/").lower()]]
        config = row.config
        hidden, vocabulary = int(config["hidden_size"]), int(config["vocab_size"])
        score = hidden if self.reward else 0
        if self.targets is None:
            head = 0 if config.get("tie_word_embeddings") or not self.reward else hidden * vocabulary
            return row.parameters - head + score
        shapes = _shapes(config)
        layers = int(config["num_hidden_layers"])
        inside = [one for one in self.targets if one not in ("embed_tokens", "lm_head")]
        adapter = self.rank * sum(sum(shapes[one]) for one in inside)
        adapter += sum(shapes[one][1] for one in inside) if self.dora else 0
        head = self.rank * (hidden + vocabulary) if "lm_head" in self.targets else 0
        return layers * adapter + head + len(self.whole) * hidden * vocabulary + score


def _shapes(config: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """What goes in and out of each linear module of a layer."""
    hidden, heads = config["hidden_size"], config["num_attention_heads"]
    size = config.get("head_dim") or hidden // heads
    query, key, inner = heads * size, (config.get("num_key_value_heads") or heads) * size, config["intermediate_size"]
    return {
        "q_proj": (hidden, query), "k_proj": (hidden, key), "v_proj": (hidden, key), "o_proj": (query, hidden),
        "gate_proj": (hidden, inner), "up_proj": (hidden, inner), "down_proj": (inner, hidden),
        "qkv_proj": (hidden, query + 2 * key), "gate_up_proj": (hidden, 2 * inner),
        "fc1": (hidden, inner), "fc2": (inner, hidden),
    }  # fmt: skip


def _linear(model: str) -> tuple[str, ...]:
    """Every linear module of a layer."""
    kind = catalogue()[spellings()[model.lower()]].config["model_type"]
    return ("qkv_proj", "o_proj", "gate_up_proj", "down_proj") if kind == "phi3" else (*ATTENTION, *MLP)


def side(path: Path) -> Side:
    """Of a file in the folder of its trainer."""
    return {"llama-factory": _llama_factory, "trl": _trl, "unsloth": _unsloth, "torchtune": _torchtune}[
        path.parent.name
    ](path)


def _options(text: str) -> dict[str, Any]:
    """A command line, as HfArgumentParser takes it."""
    words, found = shlex.split(text.replace("\\\n", " "), comments=True), dict[str, Any]()
    starts = [number for number, word in enumerate(words) if word.startswith("--")]
    for start, end in zip(starts, [*starts[1:], len(words)], strict=True):
        name, given, value = words[start][2:].partition("=")
        values = [value] if given else [one for one in words[start + 1 : end] if not one.endswith(".py")]
        found[name] = [yaml.safe_load(one) for one in values] or [True]
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _read(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    return _options(text) if path.suffix == ".sh" else dict(yaml.safe_load(text))


def _llama_factory(path: Path) -> Side:
    given = {**_LLAMA_FACTORY, **_read(path)}
    model = given["model_name_or_path"]
    tokens = given["per_device_train_batch_size"] * given["gradient_accumulation_steps"] * given["cutoff_len"]
    if given["finetuning_type"] == "full":
        return Side(model, tokens)
    targets = _linear(model) if given["lora_target"] == "all" else tuple(given["lora_target"].split(","))
    whole = tuple(given["additional_target"].split(",")) if "additional_target" in given else ()
    return Side(model, tokens, targets, given["lora_rank"], whole, given["use_dora"])


_PEFT = {"phi": (*QV, "fc1", "fc2")}
"""PEFT's own choice of modules, where it is not q and v."""


def _peft_targets(model: str, named: Any) -> tuple[str, ...]:
    if named is None:
        return _PEFT.get(str(catalogue()[spellings()[model.lower()]].config["model_type"]), QV)
    if named in ("all-linear", ["all-linear"]):
        return _linear(model)
    return (named,) if isinstance(named, str) else tuple(named)


def _trl(path: Path) -> Side:
    if path.suffix == ".py":
        return _trl_script(path)
    given = {**_TRL, **_read(path)}
    model = given["model_name_or_path"]
    tokens = given["per_device_train_batch_size"] * given["gradient_accumulation_steps"] * given["max_length"]
    reward = path.suffix == ".sh" and path.read_text(encoding="utf-8").split()[1] == "reward"
    if not given["use_peft"]:
        return Side(model, tokens, reward=reward)
    whole = tuple(given.get("lora_modules_to_save", ()))
    targets = _peft_targets(model, given["lora_target_modules"])
    return Side(model, tokens, targets, given["lora_r"], whole, given["use_dora"], reward)


def _trl_script(path: Path) -> Side:
    notes = called.during(path.read_text(encoding="utf-8"))
    (trainer,) = (one for one in notes if one.name.endswith("Trainer"))
    settings = trainer.given["args"].given
    model = trainer.given.get("model", trainer.first)
    name = model if isinstance(model, str) else model.first
    tokens = settings.get("per_device_train_batch_size", 8) * settings.get("gradient_accumulation_steps", 1)
    tokens *= settings.get("max_length", 1024)
    adapter = trainer.given.get("peft_config")
    if adapter is None:
        return Side(name, tokens)
    targets = _peft_targets(name, adapter.given.get("target_modules"))
    return Side(name, tokens, targets, adapter.given.get("r", 8))


def _unsloth(path: Path) -> Side:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = [one for one in yaml.safe_load(text)["cells"] if one["cell_type"] == "code"]
        text = "\n".join(line for one in cells for line in one["source"] if line[0] not in "%!")
    notes = called.during(text)
    (loaded,) = (one for one in notes if one.name == "from_pretrained")
    (settings,) = (one for one in notes if one.name.endswith(("Config", "Arguments")))
    adapters = [one for one in notes if one.name == "get_peft_model"]
    name, rows = loaded.given["model_name"], settings.given.get("per_device_train_batch_size")
    length, steps = loaded.given.get("max_seq_length", 2048), settings.given.get("gradient_accumulation_steps")
    tokens = rows * steps * length if rows and steps else None
    if loaded.given.get("full_finetuning"):
        return Side(name, tokens)
    adapter = adapters[0].given
    targets = adapter.get("target_modules", (*ATTENTION, *MLP))
    targets = _linear(name) if targets == "all-linear" else targets
    whole = tuple(one for one in targets if one in ("embed_tokens", "lm_head"))  # unsloth trains those whole
    return Side(name, tokens, tuple(one for one in targets if one not in whole), adapter.get("r", 16), whole)


def _torchtune(path: Path) -> Side:
    given = _read(path)
    model, length = given["model"], given["tokenizer"]["max_seq_len"]
    name = given["checkpointer"]["checkpoint_dir"].rstrip("/").rpartition("/")[2]
    tokens = given["batch_size"] * given.get("gradient_accumulation_steps", 1) * length if length else None
    if "lora_" not in model["_component_"]:
        return Side(name, tokens)
    targets = ["o_proj" if one == "output_proj" else one for one in model["lora_attn_modules"]]
    targets += MLP if model.get("apply_lora_to_mlp", False) else ()
    targets += ["lm_head"] if model.get("apply_lora_to_output", False) else []
    return Side(name, tokens, tuple(targets), model.get("lora_rank", 8), dora=model.get("use_dora", False))
