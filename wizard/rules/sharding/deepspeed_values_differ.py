"""MW921."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.axolotl import batch, deepspeed, preference
from wizard.domain.finding import Finding
from wizard.domain.plan import Plan
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule

_USUAL = {"max_grad_norm": 1.0, "weight_decay": 0.0}
"""What transformers takes where the file says nothing."""


@rule(
    "MW921",
    "deepspeed-values-differ",
    "error",
    keys=("deepspeed",),
    crashes="DeepSpeed config values that mismatch TrainingArguments values",
)
def deepspeed_values_differ(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Values of DeepSpeed's file that are others than the config's.

    What it checks
        In supervised training, of the DeepSpeed file or block as far as it was read: `train_micro_batch_size_per_gpu`,
        `gradient_accumulation_steps`, `gradient_clipping`, the optimizer's `lr` and `weight_decay`, the schedule's
        `warmup_max_lr`, each unless it is `auto`.

    Why it matters
        transformers compares them when the trainer starts, after data and model are loaded, and stops: "Please correct
        the following DeepSpeed config values that mismatch TrainingArguments values".

    Example
        Bad:
            micro_batch_size: 2
            deepspeed:
              zero_optimization:
                stage: 2
              train_micro_batch_size_per_gpu: 8

        Bad:
            gradient_accumulation_steps: 4
            deepspeed:
              zero_optimization:
                stage: 2
              gradient_accumulation_steps: 1

        Good:
            micro_batch_size: 2
            deepspeed:
              zero_optimization:
                stage: 2
              train_micro_batch_size_per_gpu: auto

    Fix
        `auto` in DeepSpeed's file for each. There is none to apply: which of the two is meant is not known.

    Source
        transformers 5.16.1 and 5.20.1 integrations/deepspeed.py, trainer_config_process (executed with each value);
        axolotl 0.21.0 core/builders/causal.py:193
    """
    plan = subject.plan
    written = deepspeed.document(plan)
    if preference.rl(plan) or not written:
        return
    differ = list(_differing(plan, written))
    if differ:
        said = "; ".join(f"{path} {there:g}, and {key} {here:g}" for path, there, key, here in differ)
        keys = (key for _, _, key, _ in differ)
        message = f"deepspeed: {said}: the run dies when the trainer starts; auto takes the config's"
        yield self.finding(message, "deepspeed", *keys, plan=plan)


def _differing(plan: Plan, written: Mapping[str, object]) -> Iterator[tuple[str, float, str, float]]:
    """What DeepSpeed has, and what it is compared with; nothing of what the file leaves open."""
    here = {
        "micro_batch_size": float(batch.micro_batch_size(plan)),
        "gradient_accumulation_steps": float(batch.accumulation(plan)),
        "learning_rate": number(plan.get("learning_rate"), 0.0),
        **{key: number(plan.get(key), usual) for key, usual in _USUAL.items()},
    }
    compared = {
        "train_micro_batch_size_per_gpu": "micro_batch_size",
        "gradient_accumulation_steps": "gradient_accumulation_steps",
        "gradient_clipping": "max_grad_norm",
        "optimizer.params.lr": "learning_rate",
        "optimizer.params.weight_decay": "weight_decay",
        "scheduler.params.warmup_max_lr": "learning_rate",
    }
    for path, key in compared.items():
        there = _at(written, path)
        if there is not None and there != here[key]:
            yield path, there, key, here[key]


def _at(written: Mapping[str, object], path: str) -> float | None:
    """The number that stands there; None for `auto` and where there is none."""
    value: object = written
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
