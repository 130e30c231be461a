"""MW429."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import attention, batch, packing
from wizard.axolotl.attention import normalized
from wizard.axolotl.packing import flattens
from wizard.domain.finding import Finding
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW429",
    "flattening-beside-liger-loss",
    "warning",
    keys=("trl",),
    quotes="batch_flattening with use_liger_loss: flattening will only apply to the scoring path",
)
def flattening_beside_liger_loss(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`batch_flattening` beside `trl.use_liger_loss`, which pads all the same.

    What it checks
        `batch_flattening` is true or auto, and `trl.use_liger_loss` is on.

    Why it matters
        Liger's loss takes its own way through the model, with padded rows. Flattening then helps only where
        log-probabilities are scored; the training step keeps the memory of padded rows.

    Example
        Bad:
            micro_batch_size: 2
            batch_flattening: true
            attn_implementation: flash_attention_2
            trl:
              use_liger_loss: true

        Good:
            micro_batch_size: 2
            batch_flattening: true
            attn_implementation: flash_attention_2
            trl:
              use_liger_loss: false

    Fix
        Keep one: Liger's loss saves the logits, flattening saves the padding.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1098 (executed)
    """
    plan = subject.plan
    if not flag(batch.trl(plan).get("use_liger_loss")):
        return
    automatic = packing.flattens_if_it_can(plan)
    sure = flattens(plan) and attention.packs(normalized(plan)) and not packing.sample_packing(plan)
    if automatic or sure:
        message = "batch_flattening does not reach the training step beside trl.use_liger_loss, and Axolotl warns of it"
        yield self.finding(message, "batch_flattening", "trl", plan=plan)
