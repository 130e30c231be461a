"""MW958."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.axolotl import deepspeed, schedule
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule

_OPTIMIZERS = {
    "adam": ("adamw_torch", "adamw_torch_fused", "adamw_apex_fused"),
    "adamw": ("adamw_torch", "adamw_torch_fused", "adamw_apex_fused"),
    "lion": ("lion_32bit",),
    "adagrad": ("adagrad",),
    "sgd": ("sgd",),
    "muon": ("muon",),
}
"""DeepSpeed's optimizers by their `type`, and what is the same in Axolotl's words."""
_SCHEDULES = {
    "WarmupLR": "constant_with_warmup",
    "WarmupDecayLR": "linear",
    "WarmupCosineLR": "cosine",
    "OneCycle": "one_cycle",
}
"""Its schedules, and what is the same in Axolotl's words."""


@rule("MW958", "deepspeed-takes-over", "warning", keys=("deepspeed",))
def deepspeed_takes_over(self: Rule, subject: Subject) -> Iterator[Finding]:
    """An optimizer or a schedule in DeepSpeed's file that takes the place of another in the config.

    What it checks
        `optimizer` or `scheduler` in the DeepSpeed file or block, as far as it was read, beside an `optimizer` or
        `lr_scheduler` of the config that is another.

    Why it matters
        transformers leaves both to DeepSpeed then and says nothing: what the config names is never made. `WarmupLR`
        keeps the rate to the end where `lr_scheduler: cosine` would lower it, and `AdamW` holds 32-bit states where
        `adamw_bnb_8bit` was counted on.

    Example
        Bad:
            lr_scheduler: cosine
            deepspeed:
              zero_optimization:
                stage: 2
              scheduler:
                type: WarmupLR
                params:
                  warmup_max_lr: auto

        Bad:
            optimizer: adamw_bnb_8bit
            deepspeed:
              zero_optimization:
                stage: 2
              optimizer:
                type: AdamW
                params:
                  lr: auto

        Good:
            optimizer: adamw_torch
            lr_scheduler: cosine
            deepspeed:
              zero_optimization:
                stage: 2
              optimizer:
                type: AdamW
                params:
                  lr: auto

    Fix
        Take the block out of DeepSpeed's file, or name in the config what it has. There is none to apply: which of the
        two is meant is not known.

    Source
        transformers 5.16.1 and 5.20.1 integrations/deepspeed.py, deepspeed_optim_sched (read); deepspeed 0.19
        runtime/lr_schedules.py
    """
    plan = subject.plan
    written = deepspeed.document(plan)
    theirs, own = _type(written.get("optimizer")), str(plan.get("optimizer"))
    then, named = _type(written.get("scheduler")), schedule.lr_scheduler(plan)
    for key, block, kind, here, same in (
        ("optimizer", "optimizer", theirs, own, _OPTIMIZERS.get(theirs.lower(), ())),
        ("lr_scheduler", "scheduler", then, named, (_SCHEDULES.get(then, ""),)),
    ):
        if kind and key in subject.written and here not in same:
            message = f"deepspeed has a {block} of its own, {kind}: {key} {here} is left out without a word"
            yield self.finding(message, key, "deepspeed", plan=plan)


def _type(block: object) -> str:
    kind = block.get("type") if isinstance(block, Mapping) else None
    return kind if isinstance(kind, str) else ""
