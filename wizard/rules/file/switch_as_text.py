"""MW962."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.values import mapping
from wizard.rules.registry import Rule, Subject, rule

_BLOCKS = ("chat_template_kwargs", "gradient_checkpointing_kwargs", "overrides_of_model_config")
_OFF = ("false", "no", "off")


@rule("MW962", "switch-as-text", "warning", fix="unsafe", keys=_BLOCKS)
def switch_as_text(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A `false` in quotes, in a block that is handed on as it is, which counts as on.

    What it checks
        `"false"`, `"no"` or `"off"` as text in `chat_template_kwargs`, `gradient_checkpointing_kwargs` or
        `overrides_of_model_config`.

    Why it matters
        Axolotl makes true and false of texts in its own keys, not in what it hands on. There any text that is not empty
        is true: `enable_thinking: "false"` lets the template think, `use_reentrant: "false"` is reentrant.

    Example
        Bad:
            chat_template: qwen3
            chat_template_kwargs:
              enable_thinking: "false"
            datasets:
              - path: data.jsonl
                type: chat_template

        Bad:
            gradient_checkpointing: true
            gradient_checkpointing_kwargs:
              use_reentrant: "false"

        Good:
            gradient_checkpointing: true
            gradient_checkpointing_kwargs:
              use_reentrant: false

    Fix
        The same without quotes. Not safe: what was on goes off.

    Source
        axolotl 0.19.0 and 0.21.0 utils/schemas/config.py (dict[str, Any]), prompt_strategies/chat_template.py; torch
        2.13.0 torch/utils/checkpoint.py (`if use_reentrant`)
    """
    plan = subject.plan
    for key in _BLOCKS:
        block = mapping(plan, key)
        for name, value in block.items():
            if isinstance(value, str) and value.strip().lower() in _OFF:
                message = f'{key}.{name} is the text "{value}", which counts as true; without quotes it is off'
                fix = Fix({key: {**block, name: False}}, "unsafe", f"{name}: false")
                yield self.finding(message, f"{key}.{name}", plan=plan, fix=fix)
