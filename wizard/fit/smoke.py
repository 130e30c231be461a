"""The worst case of a plan in a few steps: full rows, an evaluation, a save, and nothing that leaves the machine."""

from __future__ import annotations

from wizard.axolotl import evaluation
from wizard.domain.plan import REMOVE, Plan

STEPS, AT = 3, 2
"""Optimizer steps in all, so that the optimizer's states and what comes after a save are seen; and the step after which
it is evaluated and saved.
"""
_TOLD_OUTSIDE = ("wandb_", "mlflow_", "comet_", "trackio_", "swanlab_", "use_wandb", "use_mlflow", "use_comet",
                 "use_trackio", "use_swanlab", "hub_", "push_")  # fmt: skip
_BY_TIME = (
    "eval_strategy", "evaluation_strategy", "evals_per_epoch", "saves_per_epoch", "save_first_step", "eval_steps",
    "save_steps", "early_stopping_patience", "load_best_model_at_end", "metric_for_best_model", "warmup_steps",
    "warmup_ratio", "resume_from_checkpoint", "auto_resume_from_checkpoints",
)  # fmt: skip


def smoke_changes(plan: Plan, output: str) -> dict[str, object]:
    """What is changed of a plan for the try. `output`: the folder that everything goes into.

    Rows of preference data are not padded by Axolotl: they stay as they are.
    """
    dropped = [key for key in plan if isinstance(key, str) and (key.startswith(_TOLD_OUTSIDE) or key in _BY_TIME)]
    made: dict[str, object] = dict.fromkeys(dropped, REMOVE)
    made |= {"max_steps": STEPS, "output_dir": output, "logging_steps": 1, "pad_to_sequence_len": True}
    if evaluation.evaluates(plan):
        made["eval_steps"] = AT
    if evaluation.save_strategy(plan) not in ("no", "false"):
        made |= {"save_steps": AT, "save_strategy": REMOVE}
    return {key: value for key, value in made.items() if value is not REMOVE or key in plan}
