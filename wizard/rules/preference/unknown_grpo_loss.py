"""MW783."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.nearest import closest
from wizard.rules.registry import Rule, Subject, rule

_KNOWN = ("grpo", "bnpo", "dr_grpo", "dapo", "luspo", "cispo", "sapo", "vespo")


@rule("MW783", "unknown-grpo-loss", "error", fix="unsafe", keys=("trl",), crashes=("Unknown loss type",))
def unknown_grpo_loss(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`trl.loss_type` has a loss that TRL's GRPO does not know.

    What it checks
        With `rl: grpo` or `gdpo`, `trl.loss_type` against the names of TRL's trainer.

    Why it matters
        Axolotl takes any text. The run dies at its first step, after answers were generated: "Unknown loss type".

    Example
        Bad:
            rl: grpo
            micro_batch_size: 4
            trl:
              reward_funcs: [rewards.length]
              num_generations: 4
              loss_type: gspo

        Good:
            rl: grpo
            micro_batch_size: 4
            trl:
              reward_funcs: [rewards.length]
              num_generations: 4
              loss_type: dr_grpo

    Fix
        The nearest name, dapo, which TRL takes by itself, where none is near. Not safe: another loss may be meant.

    Source
        trl 1.9.0 trainer/grpo_trainer.py:3080-3109, 1.14.1 :3170-3199; axolotl 0.19.0 and 0.21.0 (executed on a CPU)
    """
    plan, block = subject.plan, batch.trl(subject.plan)
    name = block.get("loss_type")
    if preference.rl(plan) not in ("grpo", "gdpo") or not isinstance(name, str) or name in _KNOWN:
        return
    near = closest(name.lower(), _KNOWN, 0.7) or "dapo"
    fix = Fix({"trl": {**block, "loss_type": near}}, "unsafe", f"trl.loss_type: {near}")
    message = f"trl.loss_type: TRL knows no {name}, only {', '.join(_KNOWN)}: the run dies at its first step"
    yield self.finding(message, "trl.loss_type", plan=plan, fix=fix)
