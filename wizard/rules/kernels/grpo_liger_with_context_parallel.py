"""MW556."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, mesh, preference
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW556",
    "grpo-liger-with-context-parallel",
    "error",
    fix="unsafe",
    keys=("context_parallel_size",),
    quotes="GRPO + SP + Liger not currently supported",
)
def grpo_liger_with_context_parallel(self: Rule, subject: Subject) -> Iterator[Finding]:
    """GRPO with Liger's loss under context parallelism.

    What it checks
        `rl: grpo`, `use_liger_loss` inside `trl`, and `context_parallel_size` above 1.

    Why it matters
        Liger's loss wants whole sequences, and context parallelism splits them. Axolotl refuses the config.

    Example
        Bad:
            rl: grpo
            micro_batch_size: 2
            context_parallel_size: 2
            trl:
              num_generations: 2
              use_liger_loss: true

        Good:
            rl: grpo
            micro_batch_size: 2
            trl:
              num_generations: 2
              use_liger_loss: true

    Fix
        `use_liger_loss: false`. Not safe: it costs memory.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:722 (executed)
    """
    plan = subject.plan
    block = batch.trl(plan)
    if preference.rl(plan) != "grpo" or not block.get("use_liger_loss"):
        return
    if not mesh.divides_sequences(plan):
        return
    message = "rl: grpo with trl.use_liger_loss can't run under context_parallel_size: Axolotl refuses the config"
    fix = Fix({"trl": {**block, "use_liger_loss": False}}, "unsafe", "trl.use_liger_loss: false")
    yield self.finding(message, "trl", "context_parallel_size", plan=plan, fix=fix)
