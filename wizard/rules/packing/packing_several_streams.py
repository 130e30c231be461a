"""MW417."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early, packing
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW417",
    "packing-several-streams",
    "error",
    fix="unsafe",
    keys=("streaming",),
    quotes="Sample packing with multiple streaming datasets is not yet supported",
)
def packing_several_streams(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Several datasets are streamed and packed.

    What it checks
        `streaming` and `sample_packing` are on and `datasets` has more than one entry.

    Why it matters
        Axolotl packs one stream only and refuses the config.

    Example
        Bad:
            streaming: true
            max_steps: 100
            sample_packing: true
            datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca
              - path: tatsu-lab/alpaca
                type: alpaca

        Good:
            streaming: true
            max_steps: 100
            sample_packing: true
            datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca

    Fix
        `sample_packing: false`. Unsafe: short samples waste the row then. One dataset, or no streaming,
        keeps the packing.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1554 (executed)
    """
    plan = subject.plan
    datasets = plan.get("datasets")
    several = isinstance(datasets, list) and len(datasets) > 1
    if not several or not packing.streaming(plan) or not early.is_set(plan, "sample_packing"):
        return
    message = "sample_packing takes one streamed dataset, and there are several: Axolotl refuses it"
    fix = Fix({"sample_packing": False}, "unsafe", "sample_packing: false")
    yield self.finding(message, "sample_packing", "streaming", "datasets", plan=plan, fix=fix)
