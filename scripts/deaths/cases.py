"""The ways to die: what is changed in a config that trains, and which limit comes at which moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

BASE: dict[str, Any] = {
    "base_model": "./model",
    "datasets": [{"path": "rows.jsonl", "ds_type": "json", "type": "alpaca"}],
    "val_set_size": 0.25,
    "output_dir": "./out",
    "dataset_prepared_path": "./prepared",
    "dataset_num_proc": 1,
    "dataloader_num_workers": 0,
    "sequence_len": 1024,
    "micro_batch_size": 2,
    "gradient_accumulation_steps": 1,
    "max_steps": 8,
    "eval_steps": 4,
    "save_steps": 4,
    "optimizer": "adamw_torch",
    "learning_rate": 0.0001,
    "logging_steps": 1,
    "bf16": False,
    "fp16": False,
    "tf32": False,
    "attn_implementation": "sdpa",
    "pad_to_sequence_len": True,
}


@dataclass(frozen=True)
class Dying:
    """One way. `changes`: to BASE, None takes a key out. `limit` and `at`: as `limited` takes them. `text`: a file
    that is no mapping.
    """

    name: str
    changes: dict[str, Any] = field(default_factory=dict)
    limit: str = "nothing"
    at: str = "start"
    text: str | None = None


def _chat(path: str, **more: Any) -> dict[str, Any]:
    return {"datasets": [{"path": path, "ds_type": "json", "type": "chat_template", **more}]}


# A save on a CPU asks for no memory (safetensors and torch.save write views), so that the step after it dies.
WAYS: tuple[Dying, ...] = (
    Dying("memory-at-load", limit="memory=8", at="load"),
    Dying("memory-at-step", limit="memory=8", at="step", changes={"eval_steps": None, "val_set_size": 0}),
    Dying("memory-at-optimizer", limit="memory=4", at="optimizer", changes={"eval_steps": None, "val_set_size": 0}),
    Dying("memory-at-evaluation", limit="memory=8", at="evaluation", changes={"eval_batch_size": 8}),
    Dying("memory-after-save", limit="memory=0", at="save", changes={"eval_steps": None, "val_set_size": 0}),
    Dying("memory-at-data", limit="memory=1", at="data"),
    Dying("disk-at-save", limit="file=4", at="save", changes={"eval_steps": None, "val_set_size": 0}),
    Dying("killed-at-step", limit="signal=SIGKILL", at="step", changes={"eval_steps": None, "val_set_size": 0}),
    Dying("killed-at-load", limit="signal=SIGKILL", at="load"),
    Dying("terminated-at-step", limit="signal=SIGTERM", at="step", changes={"eval_steps": None, "val_set_size": 0}),
    Dying("interrupted-at-step", limit="signal=SIGINT", at="step", changes={"eval_steps": None, "val_set_size": 0}),
    Dying("crash-at-step", limit="signal=SIGSEGV", at="step", changes={"eval_steps": None, "val_set_size": 0}),
    Dying("bus-error-at-step", limit="signal=SIGBUS", at="step", changes={"eval_steps": None, "val_set_size": 0}),
    Dying("no-template", {"base_model": "./no-template", **_chat("chat.jsonl")}),
    Dying("unknown-template", {"chat_template": "nobodys"}),
    Dying("fp16", {"fp16": True}),
    Dying("null-messages", _chat("nulls.jsonl")),
    Dying("broken-rows", {"datasets": [{"path": "broken.jsonl", "ds_type": "json", "type": "alpaca"}]}),
    Dying("wrong-form", {"datasets": [{"path": "chat.jsonl", "ds_type": "json", "type": "alpaca"}]}),
    Dying("no-data", {"datasets": [{"path": "nowhere.jsonl", "ds_type": "json", "type": "alpaca"}]}),
    Dying("no-model", {"base_model": "./nowhere"}),
    Dying("unknown-type", {"datasets": [{"path": "rows.jsonl", "ds_type": "json", "type": "nobodys"}]}),
    Dying("unknown-optimizer", {"optimizer": "adam_of_nobody"}),
    Dying("wrong-value", {"micro_batch_size": "two"}),
    Dying("no-targets", {"adapter": "lora", "lora_r": 8, "lora_alpha": 16, "lora_target_modules": ["nobodys_proj"]}),
    Dying("too-short", {"sequence_len": 16, "pad_to_sequence_len": False}),
    Dying("broken-yaml", text="base_model: [./model\ndatasets: {\n"),
    Dying("no-plugin", {"plugins": ["nobody.Plugin"]}),
    Dying("finished", {"max_steps": 4}),
)
