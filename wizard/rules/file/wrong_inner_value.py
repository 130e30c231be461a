"""MW812."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp
from wizard.domain.finding import Finding
from wizard.knowledge.axolotl.fields import fields
from wizard.knowledge.axolotl.shapes import misfit, shaped
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW812",
    "wrong-inner-value",
    "error",
    quotes=("Input should be", "List should have", "Field required", "Extra inputs"),
)
def wrong_inner_value(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A list or a block with something inside that the field does not take, or a number out of its bounds.

    What it checks
        The entries of lists and the keys of blocks, such as `datasets`, `trl` or `fsdp_config`, against the inner
        shape of their field in Axolotl's schema, and numbers against their bounds.

    Why it matters
        Axolotl refuses the file with a message of its schema, after the minutes it takes to import everything.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            peft_layers_to_transform:
              - first

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            peft_layers_to_transform:
              - 0

    Fix
        Write what the message names.

    Source
        axolotl 0.19.0 utils/schemas/config.py and the models it is made of (executed)
    """
    known, shapes = fields(subject.axolotl), shaped(subject.axolotl)
    for key, value in subject.plan.values.items():
        if value is None or key not in shapes or not known[key].accepts(value):
            continue
        block = fsdp.named_as_the_schema(subject.plan) if key == "fsdp_config" else value
        wrong = misfit(key, block, subject.axolotl) if not isinstance(value, str) else None
        if wrong is not None:
            message = f"{key}: Axolotl takes {wrong} here: it refuses the file"
            if ":" in wrong:
                place, _, wanted = wrong.rpartition(": ")
                message = f"{key}, {place}: Axolotl takes {wanted} here: it refuses the file"
            yield self.finding(message, key, plan=subject.plan)
