"""MW630."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from wizard.axolotl import batch, evaluation
from wizard.axolotl.batch import groups
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule("MW630", "grpo-evaluation-groups", "error", fix="unsafe", keys=("trl",), crashes="The global eval batch size")
def grpo_evaluation_groups(self: Rule, subject: Subject) -> Iterator[Finding]:
    """GRPO evaluates with batches that do not hold whole groups.

    What it checks
        `rl: grpo` with evaluation: `eval_batch_size`, or `micro_batch_size` where that is not set, on all GPUs together
        is a multiple of `trl.num_generations`.

    Why it matters
        In evaluation too each prompt is answered that many times within one batch. TRL stops as the trainer is built,
        after model and data were loaded.

    Example
        Bad:
            rl: grpo
            micro_batch_size: 1
            gradient_accumulation_steps: 4
            val_set_size: 0.25
            evals_per_epoch: 1
            datasets:
              - path: data.jsonl
                type: rewards.prompts
            trl:
              num_generations: 4
              max_completion_length: 8
              use_vllm: false
              reward_funcs:
                - rewards.length

        Good:
            rl: grpo
            micro_batch_size: 1
            gradient_accumulation_steps: 4
            val_set_size: 0
            datasets:
              - path: data.jsonl
                type: rewards.prompts
            trl:
              num_generations: 4
              max_completion_length: 8
              use_vllm: false
              reward_funcs:
                - rewards.length

    Fix
        The least `eval_batch_size` that holds whole groups. Not safe: evaluation may need more memory.

    Source
        trl 1.14.1 trainer/grpo_config.py:1096 (executed)
    """
    plan, found = subject.plan, groups(subject.plan)
    timed = evaluation.eval_steps(plan) or evaluation.eval_strategy(plan) or evaluation.evals_per_epoch(plan)
    if found is None or found.size < 2 or not subject.effective.evaluates or not timed:
        return
    rows = batch.rows_in_evaluation(plan)
    if rows * subject.gpus % found.size == 0:
        return
    least = found.size // gcd(found.size, subject.gpus)
    enough = -(-rows // least) * least
    message = (
        f"{rows} rows on each of {subject.gpus} GPU{'s' * (subject.gpus > 1)} in evaluation are no multiple of "
        f"trl.num_generations {found.size}: TRL stops as the trainer is built"
    )
    fix = Fix({"eval_batch_size": enough}, "unsafe", f"eval_batch_size: {enough}")
    yield self.finding(message, "eval_batch_size", "trl", plan=plan, fix=fix)
