"""A config made small for a CPU: what needs a GPU taken out, sizes cut, data and folders in place; all else stays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LENGTH, STEPS, KEPT_ASIDE, LEAST_SHARE, BATCH = 256, 2, 16, 0.25, 2
_NEED_A_GPU = (
    "deepspeed", "fsdp", "fsdp_config", "fsdp_version", "fp8", "fp8_enable_fsdp_float8_all_gather", "torch_compile",
    "torch_compile_backend", "torch_compile_mode", "tensor_parallel_size", "context_parallel_size", "dp_shard_size",
    "dp_replicate_size", "expert_parallel_size", "heads_k_stride", "ring_attn_func", "ddp_timeout", "ddp", "use_ray",
    "accelerator_config", "device_map", "max_memory", "gpu_memory_limit", "activation_offloading", "profiler_steps",
    "profiler_steps_start",
)  # fmt: skip
_TELL_OTHERS = ("hub_model_id", "mlflow_", "comet_", "trackio_", "use_mlflow", "use_comet", "use_trackio")
"""The hub, and logs by packages that Axolotl does not bring."""
_PACKED_BY_KERNELS = ("qwen3_next", "qwen3_5", "qwen3_5_moe")
"""flash-linear-attention, which comes with Axolotl, packs these; it is Triton, so they run unpacked."""
_PLUGINS_THAT_DO = ("cut_cross_entropy", "liger")
_LORA_KERNELS = ("lora_mlp_kernel", "lora_qkv_kernel", "lora_o_kernel", "lora_embedding_kernel")
_NOT_ON_A_CPU = {
    "adamw_torch_8bit": "adamw_bnb_8bit", "adamw_torch_4bit": "adamw_bnb_8bit",  # torchao's
    "paged_adamw_8bit": "adamw_bnb_8bit", "paged_adamw_32bit": "adamw_torch", "paged_lion_8bit": "lion_8bit",
}  # fmt: skip
_EAGER: dict[str, Any] = {"attn_implementation": "eager", "sample_packing": False, "eval_sample_packing": False}
_FEW: dict[str, Any] = {"num_generations": 2, "max_completion_length": 8}
_THAT_WRITE, _LONG_ANSWER = ("grpo", "gdpo"), 64
"""Methods that write answers, and more tokens than which take a CPU minutes."""
_ENDS_WITH_ITS_WARMUP = ("one_cycle", "polynomial")
"""These divide by the steps behind the warmup, which is never below two steps where there is one."""
_REWARDS_OF_PACKAGES = ("trl.rewards.accuracy_reward",)
"""math-verify's, which Axolotl does not bring."""
_NO_FLEX_ON_A_CPU = ("gpt_oss",)
"""Their attention has sinks, which flex attention runs on a GPU alone; the mask and the loss are the same in eager."""


def instead(written: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """What the two steps run with in place of what the file has; None for what they leave out, as one process must."""
    found: dict[str, Any] = {name: None for name in _NEED_A_GPU if written.get(name)}
    found |= {name: None for name in written if name.startswith(_TELL_OTHERS) and written[name]}
    if written.get("optimizer") in _NOT_ON_A_CPU:
        found["optimizer"] = _NOT_ON_A_CPU[written["optimizer"]]
    if str(written.get("gradient_checkpointing")).startswith("offload"):
        found["gradient_checkpointing"] = True
    if written.get("lr_scheduler") in _ENDS_WITH_ITS_WARMUP and not _all_warmup(written):
        found |= {"warmup_steps": 0, **({"warmup_ratio": None} if written.get("warmup_ratio") else {})}
    block = written.get("trl") or {}
    if int(block.get("num_generations") or 0) > BATCH:
        found["trl"] = {**block, "num_generations": BATCH}  # a batch holds whole groups
    if kind in _NO_FLEX_ON_A_CPU and "flex" in str(written.get("attn_implementation")):
        found |= _EAGER
    return found | _answering(written)


def _all_warmup(written: Mapping[str, Any]) -> bool:
    """Whether the file's own run is nothing else."""
    steps, most = written.get("warmup_steps"), written.get("max_steps")
    return written.get("warmup_ratio") == 1 or (bool(most) and (2 if steps == 1 else steps) == most)


def _answering(written: Mapping[str, Any]) -> dict[str, Any]:
    """Few and short answers, in transformers where vLLM would give them, and a reward that no other package judges."""
    block = written.get("trl") or {}
    named = block.get("reward_funcs") or []
    rewards = ["rewards.length" if name in _REWARDS_OF_PACKAGES else name for name in named]
    changed = {} if rewards == named else {"reward_funcs": rewards}
    if block.get("use_vllm"):
        here = {key: value for key, value in block.items() if not key.startswith("vllm_")}
        return {"trl": {**here, "use_vllm": False, **_FEW, **changed}, "vllm": None}
    length = block.get("max_completion_length")
    if written.get("rl") in _THAT_WRITE and (length is None or int(length) > _LONG_ANSWER):
        changed |= _FEW
    return {"trl": {**block, **changed}} if changed else {}


def on_cpu(written: dict[str, Any], kind: str, folder: Path, *, kernels: bool, fed: bool = False) -> dict[str, Any]:
    """The config that is run, on a model of this kind. `kernels`: whether the LoRA kernels stay; `fed`: whether the
    data files that it names are there.
    """
    values: dict[str, Any] = json.loads(json.dumps(written))
    values |= instead(values, kind)
    if kind in _PACKED_BY_KERNELS:
        values |= {"sample_packing": False, "eval_sample_packing": False}
    values |= {"bf16": _needs_autocast(values), "fp16": False, "tf32": False}
    _without_plugins(values)
    if not kernels:
        values |= dict.fromkeys(_LORA_KERNELS, False)
    values["base_model"] = str(folder / "model" / str(written["base_model"]))
    for name in ("tokenizer_config", "processor_config", "base_model_config", "revision_of_model"):
        values.pop(name, None)
    _sized(values)
    if not fed:
        _fed(values, folder)
    values |= {"output_dir": str(folder / "out"), "dataset_prepared_path": str(folder / "prepared")}
    if values.get("dataloader_num_workers") != 0:
        values["dataloader_prefetch_factor"] = None  # here is no worker that would load ahead
    values |= {"dataset_num_proc": 1, "dataloader_num_workers": 0}
    values |= {"dataloader_pin_memory": False, "logging_steps": 1}
    return {key: value for key, value in values.items() if value is not None}


def _needs_autocast(values: Mapping[str, Any]) -> bool:
    """Axolotl leaves the layers beside 8-bit ones in fp16 and the rest in fp32, TRL's trainers turn what is trained
    beside 4-bit ones to bf16: only autocast brings them together.
    """
    by_trl = values.get("rl") or values.get("reward_model") or values.get("process_reward_model")
    rounded = values.get("load_in_8bit") or (values.get("load_in_4bit") and by_trl)
    return bool(rounded and (values.get("bf16") or values.get("fp16")))


def _without_plugins(values: dict[str, Any]) -> None:
    """Fused losses are Triton."""
    for name in [*values]:
        if name.startswith(("liger_", "cut_cross_entropy")):
            del values[name]
    kept = [one for one in values.pop("plugins", None) or [] if not any(part in one for part in _PLUGINS_THAT_DO)]
    if kept:
        values["plugins"] = kept


def _sized(values: dict[str, Any]) -> None:
    values["sequence_len"] = LENGTH  # where it is less, all of these rows would be dropped
    aside = float(values.get("val_set_size") or 0)
    if aside >= 1:
        values["val_set_size"] = min(values["val_set_size"], KEPT_ASIDE)
    elif aside:
        values["val_set_size"] = max(aside, LEAST_SHARE)  # less of so few rows fills no pack
    if values.get("eval_sequence_len"):
        values["eval_sequence_len"] = min(int(values["eval_sequence_len"]), LENGTH)
    for name in ("micro_batch_size", "eval_batch_size", "gradient_accumulation_steps"):
        if values.get(name):
            values[name] = min(int(values[name]), BATCH)
    if values.pop("batch_size", None) and not values.get("gradient_accumulation_steps"):
        values["gradient_accumulation_steps"] = 1
    values["max_steps"] = STEPS
    if values.get("quantize_moe_experts"):
        values["device_map"] = "cpu"  # Axolotl names a GPU by its number where there is none


def _fed(values: dict[str, Any], folder: Path) -> None:
    """Each data set reads a file of rows in its own form."""
    for block in ("datasets", "test_datasets", "pretraining_dataset"):
        entries = values.get(block)
        listed = entries if isinstance(entries, list) else [entries] if isinstance(entries, dict) else []
        for number, entry in enumerate(listed):
            for name in ("data_files", "name", "revision", "split", "shards", "preprocess_shards", "shards_idx"):
                entry.pop(name, None)
            entry |= {"path": str(folder / f"{block}-{number}.jsonl"), "ds_type": "json"}
            if block == "pretraining_dataset":  # a stream names its reader and its files
                entry |= {"data_files": entry["path"], "path": "json"}
            if block == "test_datasets":
                entry["split"] = "train"
