"""MW893."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW893",
    "accumulation-counted-twice",
    "error",
    fix="safe",
    keys=("accelerator_config",),
    crashes=("`num_steps` is set but `gradient_accumulation_steps` is greater than 1",),
)
def accumulation_counted_twice(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Accumulation both in `accelerator_config` and in its own key.

    What it checks
        `accelerator_config.gradient_accumulation_kwargs.num_steps` is set, and `gradient_accumulation_steps` is more
        than 1.

    Why it matters
        transformers refuses the two together when the trainer is made: "The `AcceleratorConfig`'s `num_steps` is set
        but `gradient_accumulation_steps` is greater than 1".

    Example
        Bad:
            gradient_accumulation_steps: 4
            accelerator_config:
              gradient_accumulation_kwargs:
                num_steps: 4

        Good:
            gradient_accumulation_steps: 4

    Fix
        Leave `num_steps` out, and with it the block where it has nothing else. Safe: the other key says the steps.

    Source
        transformers 5.16.1 trainer.py:782, 5.20.1 :814; axolotl 0.19.0 and 0.21.0 (executed on a CPU)
    """
    plan = subject.plan
    written = plan.get("accelerator_config")
    inner = written.get("gradient_accumulation_kwargs") if isinstance(written, dict) else None
    if not isinstance(written, dict) or not isinstance(inner, dict) or not inner.get("num_steps"):
        return
    steps = batch.accumulation(plan)
    if steps > 1:
        left = {key: one for key, one in written.items() if key != "gradient_accumulation_kwargs"}
        rest = {key: one for key, one in inner.items() if key != "num_steps"}
        block = {**left, **({"gradient_accumulation_kwargs": rest} if rest else {})}
        fix = Fix({"accelerator_config": block or REMOVE}, "safe", "no num_steps in accelerator_config")
        message = (
            f"accelerator_config has num_steps beside gradient_accumulation_steps {steps}: the run dies at its start"
        )
        yield self.finding(message, "accelerator_config", "gradient_accumulation_steps", plan=plan, fix=fix)
