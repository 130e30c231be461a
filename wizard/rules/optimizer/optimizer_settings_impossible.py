"""MW587."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import inf

from wizard.axolotl import batch, optim_args
from wizard.domain.finding import Finding
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.domain.values import flag, number, texts
from wizard.rules.registry import Rule, Subject, rule

_BOUNDS = {
    "adam_beta1": (0.0, 1.0), "adam_beta2": (0.0, 1.0), "adam_epsilon": (0.0, inf), "learning_rate": (0.0, inf),
}  # fmt: skip
"""The numbers of AdamW: from the first, and below the second."""
_MATRIX = 2
_DIGITS = re.compile(r"\d+")
_ADAM = ("adamw_torch", "adamw_torch_fused", "adamw_bnb_8bit", "adamw_8bit")


@rule(
    "MW587",
    "optimizer-settings-impossible",
    "error",
    keys=("optim_args", "optim_target_modules", "optimizer", *_BOUNDS),
    crashes=(
        "not enough values to unpack",
        "too many values to unpack",
        "expected str, bytes or os.PathLike object, not NoneType",
        "Invalid beta parameter",
        "Invalid epsilon value",
        "Invalid learning rate",
        "KeyError: 'dion_learning_rate'",
        "Nesterov momentum requires a momentum and zero dampening",
        "Q-GaLore: no parameters matched optim_target_modules",
        "You need to define `optim_target_modules` to use",
        "does not support gradient accumulation!",
    ),
)
def optimizer_settings_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Settings that the optimizer can't be made with.

    What it checks
        A text in `optim_args` is settings as `name=value` with commas between, and so is what Axolotl joins of a
        block for transformers' optimizers (a list or a text with a comma in it comes apart);
        `optimizer: adamw_anyprecision` has `torchdistx_path`; with PyTorch's AdamW and the 8-bit one `adam_beta1` and
        `adam_beta2` are below 1, and they, `adam_epsilon` and `learning_rate` not below 0; `dion` has `dion_lr` and
        `dion_momentum`; GaLore and APOLLO have `optim_target_modules`, and no accumulation where the name ends with
        `layerwise`; `sgd` with `nesterov` has a `momentum`; and `q_galore_adamw8bit` has weights whose names hold
        one of `optim_target_modules`.

    Why it matters
        Axolotl takes any text and any number. The run dies when the trainer is made, after the data is prepared and
        the model loaded.

    Example
        Bad:
            optim_args: eps 1e-8

        Bad:
            optimizer: adamw_torch
            optim_args:
              betas: [0.9, 0.95]

        Bad:
            optimizer: adamw_anyprecision

        Bad:
            adam_beta1: 1.5
            adam_beta2: 0.95

        Bad:
            learning_rate: -0.001

        Bad:
            optimizer: dion

        Bad:
            optimizer: galore_adamw

        Bad:
            optimizer: apollo_adamw_layerwise
            optim_target_modules: [self_attn, mlp]
            gradient_accumulation_steps: 4

        Bad:
            optimizer: sgd
            optim_args:
              nesterov: true

        Bad:
            base_model: Qwen/Qwen3-0.6B
            optimizer: q_galore_adamw8bit
            optim_target_modules: [attention]

        Good:
            optim_args: eps=1e-8

        Good:
            optim_args:
              eps: 1.0e-8

    Fix
        Write settings as a block, or as `name=value`. There is none to apply.

    Source
        axolotl 0.19.0 core/builders/base.py:423-446; transformers 5.16.1 trainer.py (executed);
        0.21.0 core/builders/base.py:394, torch 2.13.0 optim/sgd.py:64 (executed),
        utils/optimizers/qgalore.py:100, transformers 5.20.1 trainer_optimizer.py:121 and :166 (read)
    """
    plan = subject.plan
    written = optim_args.split_up(plan)
    if written and any(part.count("=") != 1 for part in written.replace(" ", "").split(",")):
        message = f"optim_args: {written} is no list of name=value: the run dies when the trainer is made"
        yield self.finding(message, "optim_args", plan=plan)
    if subject.effective.optimizer in _ADAM:
        for key, (least, below) in _BOUNDS.items():
            value = number(plan.get(key), 0.0)
            inside = least <= value < below or value == below == inf
            if not inside and plan.get(key) is not None:
                message = f"{key} is {value:g}, which AdamW does not take: the run dies when training starts"
                yield self.finding(message, key, plan=plan)
    for message, key in _lacking(plan, subject.model):
        yield self.finding(f"{message}: the run dies when the trainer is made", key, "optimizer", plan=plan)
    if plan.get("optimizer") == "adamw_anyprecision" and not plan.get("torchdistx_path"):
        message = "optimizer: adamw_anyprecision wants torchdistx_path: the run dies when the trainer is made"
        yield self.finding(message, "optimizer", plan=plan)


def _lacking(plan: Plan, model: Model | None) -> Iterator[tuple[str, str]]:
    """What an optimizer can't be made without, and the key that says it."""
    name, written = plan.get("optimizer"), plan.get("optim_args")
    if name == "dion":
        for key in ("dion_lr", "dion_momentum"):
            if plan.get(key) is None:
                yield f"optimizer: dion wants {key}", key
    if isinstance(name, str) and name.startswith(("galore_", "apollo_")):
        if not plan.get("optim_target_modules"):
            yield f"optimizer: {name} wants optim_target_modules", "optim_target_modules"
        if name.endswith("_layerwise") and batch.accumulation(plan) != 1:
            yield f"optimizer: {name} takes no gradient_accumulation_steps but 1", "gradient_accumulation_steps"
    block = written if isinstance(written, dict) else {}
    if name == "sgd" and flag(block.get("nesterov")) and not number(block.get("momentum"), 0.0):
        yield "optim_args: nesterov wants a momentum", "optim_args"
    if name == "q_galore_adamw8bit" and model is not None and model.exact and not model.multimodal:
        wanted = [_DIGITS.sub("*", one) for one in texts(plan.get("optim_target_modules"))]
        names = [f"{tensor.path}.weight" for tensor in model.tensors if len(tensor.shape) == _MATRIX]
        found = any(one in name for one in wanted for name in names)
        if wanted and not found:
            yield f"optim_target_modules: no weight of this model has {' or '.join(wanted)}", "optim_target_modules"
