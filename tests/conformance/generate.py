"""Configs to be judged twice: the rules' examples, pairs of them, and seeded mutations of configs that are valid."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.rules.examples import BASE, examples
from wizard.domain.version import Version
from wizard.knowledge.axolotl.fields import Field, data, fields, plugin_fields
from wizard.knowledge.axolotl.versions import newest
from wizard.rules.catalogue import every_rule

Config = dict[str, Any]
Capabilities = tuple[tuple[str, str], ...]

LORA = {"adapter": "lora", "lora_r": 8, "lora_alpha": 16, "lora_target_linear": True}
CUT = "axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin"
BASES: dict[str, Config] = {
    "full": {},
    "lora": {**LORA, "gradient_checkpointing": True},
    "qlora": {**LORA, "adapter": "qlora", "load_in_4bit": True, "optimizer": "adamw_8bit"},
    "int8": {**LORA, "load_in_8bit": True, "val_set_size": 0.1},
    "packed": {**LORA, "sample_packing": True, "pad_to_sequence_len": True, "sequence_len": 2048},
    "dpo": {**LORA, "rl": "dpo", "datasets": [{"path": "data.jsonl", "type": "chatml.intel", "split": "train"}]},
    "fsdp2": {"fsdp_version": 2, "fsdp_config": {"reshard_after_forward": True, "state_dict_type": "FULL_STATE_DICT"}},
    "zero3": {"deepspeed": "deepspeed_configs/zero3_bf16.json"},
    "fused": {**LORA, "plugins": [CUT], "cut_cross_entropy": True},
}
MACHINES: dict[str, Capabilities] = {
    "h100": (("bf16", "yes"), ("fp8", "yes"), ("gpus", "1"), ("capability", "sm_90")),
    "2xa100": (("bf16", "yes"), ("fp8", "no"), ("gpus", "2"), ("capability", "sm_80")),
    "t4": (("bf16", "no"), ("fp8", "no"), ("gpus", "1"), ("capability", "sm_75")),
}
TOPICS = (
    *("batch", "pack", "pad", "sequence_len", "attn", "attention", "bf16", "fp16", "fp8"),
    *("tf32", "adapter", "lora", "peft", "load_in", "gptq", "quant", "qat", "optim"),
    *("checkpoint", "offload", "kernel", "liger", "compile", "tiled", "fsdp", "deepspeed", "parallel"),
    *("ddp", "eval", "save", "val_set", "rl", "reward", "dpo", "trl", "merge"),
    *("relora", "plugins", "cut_cross", "chunked", "torch_", "gc_", "streaming", "pretrain"),
)


@dataclass(frozen=True)
class Case:
    """One config for one machine. `origin`: how it was made."""

    origin: str
    machine: str
    config: Config


def cases(count: int = 2000, seed: int = 0, version: Version | None = None) -> Iterator[Case]:
    """`count` cases for a version (the newest): every example, then pairs and mutations in turns.

    The same for the same seed and rules.
    """
    dice = random.Random(seed)
    made, version = 0, version or newest()
    bad = []
    for rule in every_rule():
        for example in filter(lambda one: one.readable, examples(rule)):
            machine = "t4" if " t4" in example.words else "2xa100" if "2x" in example.words else "h100"
            yield Case(f"{rule.code} {'bad' if example.bad else 'good'}", machine, example.whole)
            made += 1
            if example.bad and not example.words:
                bad.append((rule.code, example.written))
    while made < count:
        machine = dice.choice([*MACHINES, "h100"])
        yield _pair(dice, bad, machine) if dice.random() < 0.35 and len(bad) > 1 else _mutant(dice, machine, version)
        made += 1


def nested_cases(count: int = 400, seed: int = 1, version: Version | None = None) -> Iterator[Case]:
    """Valid configs with one or two changes inside their blocks: unknown keys, and values of any kind."""
    dice = random.Random(seed)
    version = version or newest()
    models, blocks = data(version)["defs"], _blocks(version)
    for _ in range(count):
        base = dice.choice(["full", "lora", "dpo", "kto", "full"])
        config = copy.deepcopy({**BASE, **BASES.get(base, {**LORA, "rl": "kto", "remove_unused_columns": False})})
        changed = []
        for _ in range(dice.choice((1, 1, 2))):
            if dice.random() < 0.6:
                name, place = "datasets", config["datasets"][0]
                known = models[dice.choice(["SFTDataset", "DPODataset", "KTODataset"])]["properties"]
            else:
                name = dice.choice(sorted(blocks))
                known = models[blocks[name]]["properties"]
                place = config.setdefault(name, {})
            key = dice.choice(sorted(set(known) - {"path", "type"}))
            key = f"{key}s" if dice.random() < 0.3 else key
            place[key] = dice.choice([1, 0.5, "many", "turn", True, ["a"], {"role": "from"}, None, "jinja", "2"])
            changed.append(f"{name}.{key}")
        yield Case(f"nested {base}:{','.join(changed)}", "h100", config)


def changed_blocks(version: Version) -> frozenset[str]:
    """The keys whose blocks `nested_cases` changes."""
    return frozenset({"datasets", *_blocks(version)})


def _blocks(version: Version) -> dict[str, str]:
    """The keys that take a block of one model, with its name."""
    facts = data(version)
    return {
        name: model
        for name, shape in facts["shapes"].items()
        for model in [one["$ref"].rpartition("/")[2] for one in shape.get("anyOf", []) if "$ref" in one]
        if facts["defs"][model].get("properties")
    }


def _pair(dice: random.Random, bad: list[tuple[str, Config]], machine: str) -> Case:
    (one, first), (other, second) = dice.sample(bad, 2)
    joined = {key: value for key, value in {**BASE, **first, **second}.items() if value is not None}
    return Case(f"{one}+{other}", machine, joined)


def _mutant(dice: random.Random, machine: str, version: Version) -> Case:
    name = dice.choice(list(BASES))
    config = {**BASE, **BASES[name]}
    pool = [
        field
        for field in (fields(version) | plugin_fields(version)).values()
        if any(topic in field.name for topic in TOPICS)
    ]
    changed = []
    for field in dice.sample(pool, dice.choice((1, 1, 2, 3))):
        config[field.name] = _value(dice, field)
        changed.append(field.name)
    if dice.random() < 0.15:
        gone = dice.choice(list(config))
        config.pop(gone)
        changed.append(f"-{gone}")
    return Case(f"{name}:{','.join(changed)}", machine, config)


def _value(dice: random.Random, field: Field) -> Any:
    """A value of a kind that the field takes, now and then of another kind."""
    if dice.random() < 0.06:
        return dice.choice(["nonsense", -1, 3.7, ["a"], {"a": 1}, True])
    kinds = sorted(field.types - {"null"})
    if field.values and ("enum" in kinds and (len(kinds) == 1 or dice.random() < 0.7)):
        return dice.choice(list(field.values))
    kind = dice.choice(kinds or ["string"])
    if kind == "boolean":
        return dice.random() < 0.75
    if kind == "integer":
        return dice.choice([0, 1, 1, 2, 4, 8, 64])
    if kind == "number":
        return dice.choice([0.0, 0.05, 0.5, 1.0, 2.0])
    if kind == "array":
        return dice.choice([["q_proj", "v_proj"], [], ["lm_head"]])
    if kind == "object":
        return dice.choice([{}, {"use_reentrant": True}, {"dequantize": True}])
    return dice.choice(list(field.values) or ["auto", "none", "nf4", "true"])
