"""MW955."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.axolotl import preference, turns
from wizard.axolotl.evaluation import test_data
from wizard.domain.finding import Finding
from wizard.knowledge.axolotl.templates import DEFAULT
from wizard.rules.registry import Rule, Subject, rule

_OPENS_A_THOUGHT = ("gemma4", "gemma4_unified")
"""The templates whose prompt for an answer holds what an answer of the conversation does not have."""


@rule(
    "MW955",
    "answers-cut-by-template",
    "error",
    keys=("rl",),
    crashes="Prompt, chosen and rejected keys are required for DPO/ORPO datasets",
)
def answers_cut_by_template(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A template of Gemma 4 with ORPO, which cuts the begin of each answer.

    What it checks
        `rl: orpo`, data of type `chat_template.argilla`, and `chat_template: gemma4` or `gemma4_unified` for it, or the
        tokenizer's own of Gemma 4's instruct models from 12B on, which is as these. That of E2B and E4B is not.

    Why it matters
        ORPO's answers are what of the whole conversation stands behind as many letters as its prompt has. These
        templates end the prompt with an empty thought, which the conversation has not: of each answer the first
        twenty-odd letters are never learned, and the run dies of a shorter one ("Prompt, chosen and rejected keys are
        required").

    Example
        Bad:
            base_model: google/gemma-4-E2B
            rl: orpo
            orpo_alpha: 0.1
            chat_template: gemma4
            datasets:
              - path: data.jsonl
                type: chat_template.argilla

        Bad:
            base_model: google/gemma-4-31B-it
            rl: orpo
            orpo_alpha: 0.1
            chat_template: tokenizer_default
            datasets:
              - path: data.jsonl
                type: chat_template.argilla

        Good:
            base_model: google/gemma-4-E2B-it
            rl: orpo
            orpo_alpha: 0.1
            chat_template: tokenizer_default
            datasets:
              - path: data.jsonl
                type: chat_template.argilla

        Good:
            base_model: google/gemma-4-E2B
            rl: dpo
            chat_template: gemma4
            datasets:
              - path: data.jsonl
                type: chat_template.default

    Fix
        Another template, or another method. There is none to apply: which is meant is not known.

    Source
        axolotl 0.19.0 and 0.21.0 prompt_strategies/orpo/chat_template.py:268-300, utils/chat_templates/templates/
        (every template rendered with and without an answer; trained with on a CPU); chat_template.jinja of
        google/gemma-4-31B-it; that of E2B-it as trl 1.14.1 has it (rendered)
    """
    plan = subject.plan
    if preference.rl(plan) != "orpo":
        return
    for key, listed in zip(turns.LISTS, (plan.get("datasets"), test_data(plan)), strict=True):
        for place, entry in enumerate(listed if isinstance(listed, (list, tuple)) else ()):
            if not isinstance(entry, Mapping) or entry.get("type") != "chat_template.argilla":
                continue
            name, own = turns.chat_template(plan) or DEFAULT, turns.known(plan)
            if name in _OPENS_A_THOUGHT or (name == DEFAULT and own is not None and own.thinks):
                said = f"chat_template: {name} with rl: orpo: the begin of each answer is cut"
                message = f"{said}, and the run dies of a short one"
                yield self.finding(message, "chat_template", f"{key}.{place}.type", plan=plan)
                return
