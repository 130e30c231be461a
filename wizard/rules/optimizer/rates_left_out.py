"""MW916."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.knowledge.optimizer_settings import optimizer_settings
from wizard.rules.registry import Rule, Subject, rule

_RATES = ("lr_groups", "embedding_lr", "embedding_lr_scale", "loraplus_lr_ratio", "loraplus_lr_embedding")


@rule("MW916", "rates-left-out", "warning", keys=_RATES)
def rates_left_out(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Rates of single layers that are never used.

    What it checks
        `lr_groups`, `embedding_lr`, `embedding_lr_scale` and LoRA+'s rates with Muon, Dion and SinkGD, which sort the
        weights themselves; `embedding_lr` beside `embedding_lr_scale`, which counts alone; and `loraplus_lr_embedding`
        beside one of those two.

    Why it matters
        Axolotl takes the rate and hands it on to nobody: all weights learn with `learning_rate`.

    Example
        Bad:
            optimizer: muon
            embedding_lr: 0.00001

        Bad:
            embedding_lr: 0.00001
            embedding_lr_scale: 0.5

        Good:
            optimizer: adamw_torch
            embedding_lr: 0.00001

    Fix
        Leave out what does not count, or choose an optimizer that reads it. There is none to apply.

    Source
        axolotl 0.19.0 and 0.21.0 core/trainers/mixins/optimizer.py, contribs/mit/muon/muon.py (read); 0.21.0 on a CPU
        (executed)
    """
    plan, name = subject.plan, subject.effective.optimizer
    unread = [key for key in _RATES if plan.get(key)]
    if name in optimizer_settings().whole:
        beside, why = "optimizer", f"optimizer {name} sorts the weights itself and leaves them out"
    elif plan.get("embedding_lr_scale") or plan.get("embedding_lr"):
        scaled = plan.get("embedding_lr_scale")
        unread = [key for key in unread if key == "loraplus_lr_embedding" or (scaled and key == "embedding_lr")]
        beside = "embedding_lr_scale" if scaled else "embedding_lr"
        why = f"{beside} counts in its place"
    else:
        return
    if unread:
        yield self.finding(f"{', '.join(unread)}: {why}, without a word", *unread, beside, plan=plan)
