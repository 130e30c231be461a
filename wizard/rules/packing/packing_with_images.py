"""MW438."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing, preference
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule("MW438", "packing-with-images", "warning", fix="unsafe", keys=("processor_type",))
def packing_with_images(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Rows are packed in training with images.

    What it checks
        `processor_type` is set and `sample_packing` is on, without `rl` (which refuses packing anyway).

    Why it matters
        The collator that turns images into tensors is used for unpacked rows only. Packed, the images
        likely never reach the model, or the run fails while rows are measured. Axolotl's guide asks for
        `sample_packing: false`; its validation says nothing.

    Example
        Bad:
            processor_type: AutoProcessor
            sample_packing: true

        Good:
            processor_type: AutoProcessor
            sample_packing: false

    Fix
        `sample_packing: false`. Unsafe: each row then costs a row's memory. For text alone, leave
        `processor_type` out instead.

    Source
        axolotl 0.19.0 core/builders/causal.py:516 and :535, docs/multimodal.qmd:42 (read)
    """
    plan = subject.plan
    if not plan.get("processor_type") or not packing.sample_packing(plan) or preference.rl(plan):
        return
    message = "sample_packing beside processor_type: images likely never reach the model, or the run fails"
    fix = Fix({"sample_packing": False}, "unsafe", "sample_packing: false")
    yield self.finding(message, "sample_packing", "processor_type", plan=plan, fix=fix)
