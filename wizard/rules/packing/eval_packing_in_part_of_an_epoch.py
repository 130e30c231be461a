"""MW929."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW929",
    "eval-packing-in-part-of-an-epoch",
    "warning",
    fix="safe",
    keys=("num_epochs",),
    crashes="eval dataset split is too small for sample_packing",
)
def eval_packing_in_part_of_an_epoch(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Evaluation packs its rows, and `num_epochs` is below 1.

    What it checks
        `num_epochs` is between 0 and 1, `sample_packing` is on, something is evaluated, and `eval_sample_packing` is
        not `false`.

    Why it matters
        Before training Axolotl counts the packs of evaluation that make a whole batch, times `num_epochs`, and rounds
        down; a batch counts `gradient_accumulation_steps` and all GPUs. For 0.05 epochs and 8 rounds a step that is
        none below 160 packs, and the run stops: "eval dataset split is too small for sample_packing". A long data set
        may be enough.

    Example
        Bad:
            num_epochs: 0.05
            sample_packing: true
            attn_implementation: flash_attention_2
            val_set_size: 0.05

        Good:
            num_epochs: 0.05
            sample_packing: true
            eval_sample_packing: false
            attn_implementation: flash_attention_2
            val_set_size: 0.05

    Fix
        `eval_sample_packing: false`. Safe: the same is trained, and each row is evaluated by itself.

    Source
        axolotl 0.21.0 utils/data/sft.py:113, utils/trainer.py calculate_total_num_steps (executed)
    """
    plan = subject.plan
    epochs = number(plan.get("num_epochs"), 1.0)
    if not 0 < epochs < 1 or not packing.packs_evaluation(plan) or not subject.effective.evaluates:
        return
    fix = Fix({"eval_sample_packing": False}, "safe", "eval_sample_packing: false")
    message = f"num_epochs: {epochs:g} leaves packed evaluation no step unless the data are many: Axolotl then stops"
    yield self.finding(message, "eval_sample_packing", "num_epochs", plan=plan, fix=fix)
