"""MW921."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.axolotl import batch, deepspeed, precision, preference
from wizard.domain.finding import Finding
from wizard.domain.machine import Machine
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
        `warmup_max_lr`, and whether `bf16` and `fp16` are `enabled`, each unless it is `auto`. bf16 that follows the
        GPU is compared where the GPU is known.

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

        Bad:
            bf16: true
            deepspeed:
              zero_optimization:
                stage: 2
              fp16:
                enabled: true

        Good:
            micro_batch_size: 2
            deepspeed:
              zero_optimization:
                stage: 2
              train_micro_batch_size_per_gpu: auto

        Good:
            bf16: true
            deepspeed:
              zero_optimization:
                stage: 2
              bf16:
                enabled: true
              fp16:
                enabled: false

    Fix
        `auto` in DeepSpeed's file for each. There is none to apply: which of the two is meant is not known.

    Source
        transformers 5.16.1 and 5.20.1 integrations/deepspeed.py, trainer_config_process (executed with each value);
        axolotl 0.21.0 core/builders/causal.py:193, core/builders/base.py:318-326
    """
    plan = subject.plan
    written = deepspeed.document(plan)
    if preference.rl(plan) or not written:
        return
    numbers = [(path, f"{there:g}", key, f"{here:g}") for path, there, key, here in _differing(plan, written)]
    differ = [*numbers, *_other_halves(plan, subject.machine, written)]
    if differ:
        said = "; ".join(f"{path} {there}, and {key} {here}" for path, there, key, here in differ)
        keys = (key for _, _, key, _ in differ)
        message = f"deepspeed: {said}: the run dies when the trainer starts; auto takes the config's"
        yield self.finding(message, "deepspeed", *keys, plan=plan)


def _other_halves(
    plan: Plan, machine: Machine | None, written: Mapping[str, object]
) -> Iterator[tuple[str, str, str, str]]:
    """Where DeepSpeed computes in another half precision than transformers is told."""
    for name in ("bf16", "fp16"):
        there, here = _value(written, f"{name}.enabled"), precision.told_to_trainer(plan, machine, name)
        if isinstance(there, bool) and here is not None and there != here:
            yield f"{name}.enabled", str(there).lower(), name, "on" if here else "off"


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
    value = _value(written, path)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _value(written: Mapping[str, object], path: str) -> object:
    value: object = written
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value
