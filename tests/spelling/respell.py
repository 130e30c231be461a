"""Other ways to write one config: words and numbers for truth, texts for numbers, old names, other places, defaults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Config = dict[str, Any]
Variant = tuple[str, Config]

_TRUE: tuple[object, ...] = ("true", "True", "yes", "on", "1", "y", 1, 1.0)
_FALSE: tuple[object, ...] = ("false", "False", "no", "off", "0", "n", 0, 0.0)
_LEGACY = {
    "xformers": "xformers_attention", "sage": "sage_attention", "flex_attention": "flex_attention",
    "flash_attention_2": "flash_attention", "sdpa": "sdp_attention", "eager": "eager_attention",
}  # fmt: skip
_DEFAULTS: Config = {
    "sequence_len": 512, "micro_batch_size": 1, "gradient_accumulation_steps": 1, "optimizer": "adamw_torch_fused",
    "val_set_size": 0.0, "gradient_checkpointing": False, "activation_offloading": False, "bf16": "auto",
    "load_in_8bit": False, "load_in_4bit": False, "lora_dropout": 0.0, "num_epochs": 1.0, "weight_decay": 0.0,
    "lora_target_linear": None, "adapter": None, "sample_packing": None, "fsdp_config": None, "deepspeed": None,
    "plugins": None, "fp16": None, "pad_to_sequence_len": None, "eval_sample_packing": None, "rl": None, "tf32": "auto",
    "gradient_checkpointing_kwargs": None, "lora_qkv_kernel": None, "trust_remote_code": None,
}  # fmt: skip
"""The schema's defaults: written out they change nothing."""
_NAMES = {"context_parallel_size": "sequence_parallel_degree"}
_INTEGRATIONS = "axolotl.integrations."


def scalar(value: object) -> Iterator[object]:
    """Other ways to write one value, most of which pydantic reads as the same."""
    if isinstance(value, bool):
        yield from _TRUE if value else _FALSE
    elif isinstance(value, int):
        yield from (str(value), float(value), f" {value} ")
    elif isinstance(value, float):
        yield from (repr(value), f"{value:e}", *([int(value)] if value.is_integer() else []))


def plugin_names(name: str) -> Iterator[str]:
    """Other paths that lead to the same plugin, or nearly."""
    integration, _, last = name.removeprefix(_INTEGRATIONS).rpartition(".")
    yield f"{integration}.{last}"
    yield f"{_INTEGRATIONS}{integration}.plugin.{last}"
    yield f"{_INTEGRATIONS}{integration}.plugins.{last}"
    yield last


def variants(config: Config, only: frozenset[str] | None = None, *, brief: bool = False) -> Iterator[Variant]:
    """Configs that differ from this one in how one thing is written. `only`: these keys; `brief`: fewer forms."""
    for key, value in config.items():
        if only is not None and key not in only:
            continue
        for number, other in enumerate(scalar(value)):
            if not brief or number in (0, 6):
                yield f"{key}={other!r}", {**config, key: other}
        if isinstance(value, dict):
            for inner, part in value.items():
                for number, other in enumerate(scalar(part)):
                    if not brief or number in (0, 6):
                        yield f"{key}.{inner}={other!r}", {**config, key: {**value, inner: other}}
    if only is None:
        yield from places(config)


def places(config: Config) -> Iterator[Variant]:
    """Old names, other places, and defaults written out."""
    for name, value in _DEFAULTS.items():
        if name not in config:
            yield f"{name}={value!r} written out", {**config, name: value}
    for new, old in _NAMES.items():
        if new in config:
            yield f"{old} for {new}", {old if key == new else key: value for key, value in config.items()}
    named = config.get("attn_implementation")
    if named in _LEGACY:
        rest = {key: value for key, value in config.items() if key != "attn_implementation"}
        for value in (True, "true", 1):
            yield f"{_LEGACY[named]}={value!r}", {**rest, _LEGACY[named]: value}
    yield from _fsdp(config)
    for index, name in enumerate(config.get("plugins", ())):
        for other in plugin_names(name):
            listed = [*config["plugins"]]
            listed[index] = other
            yield f"plugin {other}", {**config, "plugins": listed}
    yield from _checkpointing(config)
    targets = config.get("lora_target_modules")
    if isinstance(targets, list) and len(targets) == 1:
        yield "one target as text", {**config, "lora_target_modules": targets[0]}
    if config.get("eval_strategy") == "no":
        yield "eval_strategy: no as YAML reads it", {**config, "eval_strategy": False}
    if "eval_strategy" in config:
        rest = {key: value for key, value in config.items() if key != "eval_strategy"}
        yield "evaluation_strategy", {**rest, "evaluation_strategy": config["eval_strategy"]}


def _fsdp(config: Config) -> Iterator[Variant]:
    block = config.get("fsdp_config")
    if not isinstance(block, dict):
        return
    bare = {key: value for key, value in block.items() if key not in ("fsdp_version", "version")}
    prefixed = {f"fsdp_{key}": value for key, value in bare.items()}
    version = config.get("fsdp_version") or block.get("fsdp_version") or block.get("version")
    rest = {key: value for key, value in config.items() if key not in ("fsdp_version", "fsdp_config")}
    for words, inner in (("bare", bare), ("prefixed", prefixed)):
        yield f"{words}, no version", {**rest, "fsdp_config": inner}
        for form in (version, str(version), float(version or 1)):
            yield f"{words}, fsdp_version={form!r} at the top", {**rest, "fsdp_version": form, "fsdp_config": inner}
            yield f"{words}, fsdp_version={form!r} inside", {**rest, "fsdp_config": {**inner, "fsdp_version": form}}
            yield f"{words}, version={form!r} inside", {**rest, "fsdp_config": {**inner, "version": form}}
    yield "version in two places", {**config, "fsdp_version": version, "fsdp_config": {**bare, "version": version}}


def _checkpointing(config: Config) -> Iterator[Variant]:
    offloading = config.get("activation_offloading")
    if config.get("gradient_checkpointing") is True and offloading in (True, "disk"):
        rest = {key: value for key, value in config.items() if key != "activation_offloading"}
        yield (
            "the old way to offload",
            {**rest, "gradient_checkpointing": "offload_disk" if offloading == "disk" else "offload"},
        )
