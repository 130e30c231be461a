"""Tries features on small models of architectures; runs in Axolotl's own environment, one JSON line for each.

    python probe.py < architectures.jsonl

A line of the input is {"type": model_type, "id": ..., "config": the published config}; of the output
{"type", "features": {feature: "works" or the first line of the error}}.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.update(
    CUDA_VISIBLE_DEVICES="", HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", AXOLOTL_DO_NOT_TRACK="1", LOCAL_RANK="0",
    TOKENIZERS_PARALLELISM="false", WANDB_MODE="disabled",
)  # fmt: skip
sys.path.insert(0, str(Path(__file__).parent))
import small

Feature = Callable[[Any, str], None]
_WORKS = "works"
_ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]
_PROJECTIONS = [*_ATTENTION, "gate_proj", "up_proj", "down_proj"]
_LANGUAGE_MODEL = r".*language_model.*\.(mlp|self_attn)\.(up|down|gate|q|k|v|o)_proj"


def settings(folder: str, config: Any, **more: object) -> Any:
    """A config as Axolotl's loaders see it."""
    from axolotl.utils.dict import DictDefault

    return DictDefault(
        {"base_model": folder, "model_config_type": config.model_type, "adapter": "lora", "sequence_len": 256, **more}
    )


def attention_kernels(config: Any, folder: str) -> None:
    """`lora_qkv_kernel` and `lora_o_kernel`: the attention's code is rewritten before the model is loaded."""
    from axolotl.monkeypatch.lora_kernels import patch_self_attn_lora

    patch_self_attn_lora(settings(folder, config, lora_qkv_kernel=True, lora_o_kernel=True))


def mlp_kernel(config: Any, folder: str) -> None:
    """`lora_mlp_kernel`: the feed-forwards of the loaded model are replaced."""
    from axolotl.monkeypatch.lora_kernels import apply_lora_kernel_patches

    try:
        model = adapted(config, _PROJECTIONS)
    except ValueError:  # a tower has layers of these names that PEFT refuses, or nothing has: another failure than this
        model = adapted(config, _LANGUAGE_MODEL if hasattr(config, "vision_config") else "all-linear")
    apply_lora_kernel_patches(model, settings(folder, config, lora_mlp_kernel=True))


def target_linear(config: Any, folder: str) -> None:
    """`lora_target_linear`: PEFT puts an adapter on every linear layer, and one step is trained."""
    from axolotl.loaders.adapter import find_all_linear_names

    _adapter_step(config, list(find_all_linear_names(small.model_of(config))))


def targeting(names: list[str] | str) -> Feature:
    """`lora_target_modules` with these names, or a pattern over whole paths, and one step."""
    return lambda config, folder: _adapter_step(config, names)


def _adapter_step(config: Any, names: list[str] | str) -> None:
    import torch

    model = adapted(config, names)
    tokens = torch.randint(3, 500, (1, 32))
    model.train()
    model(input_ids=tokens, labels=tokens, use_cache=False).loss.backward()
    if not any(one.grad is not None for name, one in model.named_parameters() if "lora_" in name):
        raise RuntimeError("no adapter weight has a gradient")


def full_step(config: Any, folder: str) -> None:
    """A forward and a backward pass of every weight."""
    import torch

    model = small.model_of(config)
    tokens = torch.randint(3, 500, (1, 32))
    model.train()
    model(input_ids=tokens, labels=tokens, use_cache=False).loss.backward()


def checkpointed(reentrant: bool) -> Feature:
    """The same with gradient checkpointing."""

    def step(config: Any, folder: str) -> None:
        import torch

        model = small.model_of(config)
        model.gradient_checkpointing_enable({"use_reentrant": reentrant})
        model.enable_input_require_grads()
        model.train()
        tokens = torch.randint(3, 500, (1, 32))
        model(input_ids=tokens, labels=tokens, use_cache=False).loss.backward()

    return step


def reward_head(config: Any, folder: str) -> None:
    """`reward_model`: the model with a head that gives one number."""
    from transformers import AutoModelForSequenceClassification

    AutoModelForSequenceClassification.from_config(config)


def token_head(config: Any, folder: str) -> None:
    """`process_reward_model`: the model with a head that judges each token."""
    from transformers import AutoModelForTokenClassification

    AutoModelForTokenClassification.from_config(config)


def adapted(config: Any, names: list[str] | str) -> Any:
    """The small model with an adapter on the linear layers of these names, or of paths with this pattern."""
    from peft import LoraConfig, get_peft_model

    return get_peft_model(small.model_of(config), LoraConfig(r=8, target_modules=names, task_type="CAUSAL_LM"))


FEATURES: dict[str, Feature] = {
    "full": full_step,
    "attention_kernels": attention_kernels,
    "mlp_kernel": mlp_kernel,
    "lora_target_linear": target_linear,
    "lora_attention": targeting(_ATTENTION),
    "lora_projections": targeting(_PROJECTIONS),
    "lora_language_model": targeting(_LANGUAGE_MODEL),
    "checkpointing_reentrant": checkpointed(True),
    "checkpointing_non_reentrant": checkpointed(False),
    "reward_model": reward_head,
    "process_reward_model": token_head,
}


def tried(feature: Feature, written: dict[str, Any]) -> str:
    """ "works", or what it died of, in a child: Axolotl patches classes for good."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            answer = _answer(feature, written)
        os.write(write, answer.encode()[:4000])
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return text or "the process died"


def _answer(feature: Feature, written: dict[str, Any]) -> str:
    try:
        config = small.config_of(written)
        with tempfile.TemporaryDirectory() as folder:
            config.architectures = [type(small.model_of(config)).__name__]
            config.save_pretrained(folder)
            feature(config, folder)
    except BaseException as error:  # any end is an answer
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        return f"{type(error).__name__}: {lines[0] if lines else ''}"[:300]
    return _WORKS


def main() -> None:
    """Every feature of every architecture of the input."""
    import axolotl.loaders
    import axolotl.monkeypatch.lora_kernels  # noqa: F401

    for line in sys.stdin:
        row = json.loads(line)
        found = {name: tried(feature, row["config"]) for name, feature in FEATURES.items()}
        print(json.dumps({"type": row["type"], "id": row["id"], "features": found}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
