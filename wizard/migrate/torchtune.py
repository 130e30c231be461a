"""torchtune's blocks: what its components say together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from wizard.domain.text import in_yaml
from wizard.knowledge.models.catalogue import whole_id

Told = tuple[str, Literal["becomes", "dropped", "ask"], str]
_ATTENTION = {"output_proj": "o_proj"}
_MLP = ["gate_proj", "up_proj", "down_proj"]
_PAIRS = {"field_prompt": "question", "field_chosen": "response_j", "field_rejected": "response_k"}
_DATA: dict[str, tuple[str, object]] = {
    "alpaca_dataset": ("tatsu-lab/alpaca", "alpaca"),
    "alpaca_cleaned_dataset": ("yahma/alpaca-cleaned", "alpaca"),
    "stack_exchange_paired_dataset": ("lvwerra/stack-exchange-paired", _PAIRS),
}
"""Builders with data of their own (torchtune 0.6 datasets/_alpaca.py, _stack_exchange_paired.py)."""
_SOURCED = {"chat_dataset": "chat_template", "instruct_dataset": "alpaca", "text_completion_dataset": "completion"}
_GOES = ("metric_logger", "profiler", "checkpointer")


def from_torchtune(theirs: Mapping[str, object]) -> tuple[dict[str, object], list[Told]]:
    """The settings with the model, its adapter and the data in Axolotl's keys, the rest as `block.key`."""
    flat = _filled(_flat(theirs))
    told: list[Told] = []
    made: dict[str, object] = {}
    folder = flat.pop("checkpointer.checkpoint_dir", None)
    component = str(flat.pop("model._component_", "")).rpartition(".")[2]
    if isinstance(folder, str):
        made["base_model"] = whole_id(folder.rstrip("/").rpartition("/")[2]) or folder
        told.append(("checkpointer.checkpoint_dir", "becomes", f"base_model: {made['base_model']}"))
    else:
        told.append(("model._component_", "ask", f"name the model that {component or 'the recipe'} is in base_model"))
    quantized = flat.pop("model.quantize_base", False) is True
    kind = "qlora" if quantized and component.startswith("lora_") else component.partition("_")[0]
    if kind in ("lora", "qlora"):
        made |= {"adapter": kind, **({"load_in_4bit": True} if kind == "qlora" else {})}
        made["lora_target_modules"] = _targets(flat)
        told.append(("model._component_", "becomes", f"adapter: {kind}"))
    elif component:
        told.append(("model._component_", "dropped", "without adapter Axolotl trains all weights"))
    for name in [name for name in flat if name.partition(".")[0] in _GOES]:
        flat.pop(name)
        told.append((name, "dropped", "Axolotl writes and logs in its own way"))
    _data(flat, made, told)
    return {**made, **flat}, told


def _flat(block: Mapping[str, object], start: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in block.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{start}{key}.")
        elif value is not None:
            found[f"{start}{key}"] = value
    return found


def _filled(flat: dict[str, object]) -> dict[str, object]:
    """The same with `${output_dir}` and the like put in."""

    def put(value: object) -> object:
        if isinstance(value, str) and value[:2] == "${" and value[2:-1] in flat:
            value = flat[value[2:-1]]
        for name, other in flat.items():
            if isinstance(value, str) and isinstance(other, str) and "${" not in other:
                value = value.replace(f"${{{name}}}", other)
        return value

    return {key: put(value) for key, value in flat.items()}


def _targets(flat: dict[str, object]) -> list[str]:
    attention = flat.pop("model.lora_attn_modules", None)
    found = [_ATTENTION.get(str(one), str(one)) for one in attention] if isinstance(attention, list) else []
    found += _MLP if flat.pop("model.apply_lora_to_mlp", False) is True else []
    return [*found, *(["lm_head"] if flat.pop("model.apply_lora_to_output", False) is True else [])]


def _data(flat: dict[str, object], made: dict[str, object], told: list[Told]) -> None:
    builder = str(flat.pop("dataset._component_", "")).rpartition(".")[2]
    source, files = flat.pop("dataset.source", None), flat.pop("dataset.data_files", None)
    more = {name: flat.pop(f"dataset.{key}", None) for key, name in (("split", "split"), ("subset", "name"))}
    more = {name: value for name, value in more.items() if value is not None}
    if builder in _DATA:
        path, kind = _DATA[builder]
        made["datasets"] = [{"path": str(source or path), **more, "type": kind}]
        told.append(("dataset._component_", "becomes", f"datasets: {in_yaml(made['datasets'])}"))
    elif source is not None:
        path = str(files) if source in ("json", "csv", "parquet") and files is not None else str(source)
        kind = _SOURCED.get(builder, "chat_template")
        made["datasets"] = [{"path": path, **more, "type": kind}]
        told.append(("dataset.source", "ask", f"datasets has {path}: whether `type: {kind}` reads its rows"))
    elif builder:
        told.append(("dataset._component_", "ask", f"name the data of {builder} in datasets"))
