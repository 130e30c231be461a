"""MW782."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, batch, preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import flag, number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW782",
    "reference-never-synchronized",
    "error",
    fix="unsafe",
    keys=("trl",),
    crashes=("You passed `sync_ref_model=True` while",),
)
def reference_never_synchronized(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`trl.sync_ref_model` where GRPO keeps no reference model.

    What it checks
        With `rl: grpo` or `gdpo`: `trl.sync_ref_model: true` beside an adapter, or with `trl.beta` 0, which it is where
        neither `trl.beta` nor `rl_beta` is set.

    Why it matters
        TRL makes a reference model of its own only without an adapter and with a beta. It refuses the switch otherwise
        when the trainer is made: "You passed `sync_ref_model=True` while".

    Example
        Bad:
            rl: grpo
            micro_batch_size: 4
            trl:
              reward_funcs: [rewards.length]
              num_generations: 4
              sync_ref_model: true

        Bad:
            rl: grpo
            micro_batch_size: 4
            trl:
              reward_funcs: [rewards.length]
              num_generations: 4
              sync_ref_model: true
              beta: 0.04
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

        Good:
            rl: grpo
            micro_batch_size: 4
            trl:
              reward_funcs: [rewards.length]
              num_generations: 4
              sync_ref_model: true
              beta: 0.04

    Fix
        `trl.sync_ref_model: false`. Not safe: with a beta set, it is the reference that was meant to move.

    Source
        trl 1.9.0 trainer/grpo_trainer.py:1147, 1.14.1 :1143; axolotl 0.19.0 and 0.21.0 (executed on a CPU)
    """
    plan, block = subject.plan, batch.trl(subject.plan)
    if preference.rl(plan) not in ("grpo", "gdpo") or not flag(block.get("sync_ref_model")):
        return
    beta = next((one for one in (block.get("beta"), plan.get("rl_beta")) if one is not None), 0.0)
    why = "an adapter" if adapters.adapter(plan) else "no trl.beta" if number(beta, 1.0) == 0 else None
    if why is not None:
        fix = Fix({"trl": {**block, "sync_ref_model": False}}, "unsafe", "trl.sync_ref_model: false")
        message = f"trl.sync_ref_model with {why}: TRL has no reference model then, and the run dies at its start"
        yield self.finding(message, "trl", plan=plan, fix=fix)
