"""MW911."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW911",
    "target-text-impossible",
    "error",
    keys=("lora_target_modules",),
    crashes=(
        "Target modules {'all-linear'} not found in the base model",
        "`layers_to_transform` cannot be used when `target_modules` is a str",
        "`layers_pattern` cannot be used when `target_modules` is a str",
        "nothing to repeat at position",
        "unterminated subpattern",
        "missing ), unterminated",
        "unbalanced parenthesis",
        "unterminated character set",
        "bad escape",
    ),
)
def target_text_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`lora_target_modules` as a text that PEFT can't use, or the word for all layers in a list.

    What it checks
        `all-linear` in a list with nothing beside it; a text that is no regular expression, as `*q_proj` (the star
        repeats what stands before it: `.*q_proj`); any text, `all-linear` too, beside `peft_layers_to_transform`. With
        `lora_target_linear` Axolotl makes a list of all, and none of it counts.

    Why it matters
        PEFT takes `all-linear` as a text alone, and any other text as a regular expression over whole paths. The run
        dies when the adapter is made, after the data is prepared and the model loaded.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [all-linear]

        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: "*q_proj"

        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: ".*q_proj"
            peft_layers_to_transform: [0]

        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: all-linear
            peft_layers_to_transform: [0]

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: all-linear

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: ".*q_proj"

    Fix
        `lora_target_linear: true` in place of a list with `all-linear`; a list of names, or an expression over whole
        paths, in place of a text. There is none to apply: what was meant is not known.

    Source
        peft 0.20.0 and 0.21.2 tuners/lora/config.py:1040, tuners/tuners_utils.py (check_target_module_exists); axolotl
        0.21.0 loaders/adapter.py (executed on a CPU)
    """
    plan = subject.plan
    if not adapters.makes_lora(plan) or adapters.listed_by_axolotl(plan):
        return
    if set(adapters.lora_target_modules(plan)) == {adapters.ALL_LINEAR}:
        message = f"lora_target_modules: [{adapters.ALL_LINEAR}] is a list, where PEFT takes the word alone: "
        yield self.finding(f"{message}the run dies when the adapter is made", "lora_target_modules", plan=plan)
        return
    text = adapters.lora_target_pattern(plan)
    if plan.get("peft_layers_to_transform") and (text is not None or adapters.lora_target_linear(plan)):
        message = "peft_layers_to_transform beside lora_target_modules as one text: PEFT wants a list of names for it, "
        message += "and the run dies when the adapter is made"
        yield self.finding(message, "peft_layers_to_transform", "lora_target_modules", plan=plan)
    if text is None:
        return
    try:
        re.compile(text)
    except re.error as error:
        message = (
            f"lora_target_modules: {text} is no regular expression ({error}): the run dies when the adapter is made"
        )
        yield self.finding(message, "lora_target_modules", plan=plan)
