"""MW118."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.nearest import did_you_mean
from wizard.domain.values import mapping
from wizard.rules.registry import Rule, Subject, rule

_KNOWN = (
    "dispatch_batches", "even_batches", "gradient_accumulation_kwargs", "non_blocking", "split_batches",
    "use_configured_state", "use_seedable_sampler",
)  # fmt: skip


@rule(
    "MW118",
    "unknown-accelerator-setting",
    "error",
    fix="unsafe",
    keys=("accelerator_config",),
    crashes="AcceleratorConfig.__init__() got an unexpected keyword argument",
)
def unknown_accelerator_setting(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A key in `accelerator_config` that transformers does not know.

    What it checks
        The keys of `accelerator_config` against those of transformers' AcceleratorConfig.

    Why it matters
        Axolotl takes any block. The run dies when the trainer is made, after the data is prepared and the model
        loaded.

    Example
        Bad:
            accelerator_config:
              split_batch: false

        Good:
            accelerator_config:
              split_batches: false

    Fix
        The unknown keys go. Not safe: they were meant for something.

    Source
        transformers 5.16.1 trainer_pt_utils.py AcceleratorConfig (5.20.1 the same); axolotl 0.19.0
        core/builders/base.py:545 (executed)
    """
    plan = subject.plan
    block = mapping(plan, "accelerator_config")
    strange = [key for key in block if key not in _KNOWN]
    if strange:
        near = did_you_mean(str(strange[0]), _KNOWN)
        message = f"accelerator_config: transformers knows no {', '.join(map(str, strange))}: the run dies when the "
        kept = {key: block[key] for key in block if key in _KNOWN}
        fix = Fix({"accelerator_config": kept or None}, "unsafe", f"no {', '.join(map(str, strange))}")
        yield self.finding(f"{message}trainer is made.{near}", "accelerator_config", plan=plan, fix=fix)
