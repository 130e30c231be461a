"""MW746."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, mesh, preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW746",
    "async-grpo-with-context-parallel",
    "error",
    fix="unsafe",
    keys=("context_parallel_size", "sequence_parallel_degree"),
    crashes=("context_parallel and async_grpo cannot both be enabled", "sequence_parallel and async_grpo cannot both"),
)
def async_grpo_with_context_parallel(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Asynchronous GRPO with context parallelism.

    What it checks
        `rl` is grpo or gdpo, `context_parallel_size` (or its old name) is above 1, and `trl.async_prefetch` or
        `trl.use_data_producer` is on.

    Why it matters
        There is a trainer for each, and none for both. Axolotl stops when it makes the trainer, after the model was
        loaded.

    Example
        Bad:
            rl: grpo
            context_parallel_size: 2
            attn_implementation: flash_attention_2
            trl:
              async_prefetch: true

        Good:
            rl: grpo
            context_parallel_size: 1
            attn_implementation: flash_attention_2
            trl:
              async_prefetch: true

    Fix
        `async_prefetch` and `use_data_producer` go off. Not safe: rollouts are then made between the steps.

    Source
        axolotl 0.19.0 core/trainers/grpo/__init__.py:38 and core/builders/rl.py:53 (read)
    """
    plan = subject.plan
    block = batch.trl(plan)
    parallel = mesh.context_parallel_size(plan)
    on = [key for key in ("async_prefetch", "use_data_producer") if flag(block.get(key))]
    if preference.rl(plan) in ("grpo", "gdpo") and parallel > 1 and on:
        message = f"trl.{on[0]} with context_parallel_size {parallel}: Axolotl stops when it makes the trainer"
        fix = Fix({"trl": {**block, **dict.fromkeys(on, False)}}, "unsafe", f"{' and '.join(on)} off")
        yield self.finding(message, "trl", "context_parallel_size", plan=plan, fix=fix)
