"""MW867."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import turns
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW867",
    "eos-and-eot-conflict",
    "error",
    keys=("eot_tokens",),
    crashes="Conflict between train_on_eos and train_on_eot",
)
def eos_and_eot_conflict(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A data set that trains eos and end of turn differently, where they are the same token.

    What it checks
        `eot_tokens` names the tokenizer's end-of-sequence token beside others, the chat template has it in its text,
        and a data set's `train_on_eot` is another than its `train_on_eos` (`turn` where that is not written).

    Why it matters
        One token can't be trained and masked: the run dies when the data is loaded.

    Example
        Bad:
            base_model: meta-llama/Llama-3.1-8B-Instruct
            chat_template: llama3
            eot_tokens: [<|eot_id|>, <|eom_id|>]
            datasets:
              - path: mlabonne/FineTome-100k
                type: chat_template
                train_on_eot: all

        Good:
            base_model: meta-llama/Llama-3.1-8B-Instruct
            chat_template: llama3
            eot_tokens: [<|eot_id|>, <|eom_id|>]
            datasets:
              - path: mlabonne/FineTome-100k
                type: chat_template

    Fix
        Write `train_on_eos` alone. There is none to apply: which of the two is meant is not known.

    Source
        axolotl 0.19.0 and 0.21.0 prompt_strategies/chat_template.py:420-430 (executed)
    """
    plan = subject.plan
    eos, named = turns.eos(plan), turns.eot_tokens(plan)
    if eos not in named or named == (eos,):
        return
    for data in turns.marked(plan):
        ends, turned = data.entry.get("train_on_eos", "turn"), data.entry.get("train_on_eot")
        here = data.template is not None and (data.end == eos or eos in data.template.marks)
        if here and turned is not None and turned != ends:
            message = (
                f"{data.key}[{data.place}]: train_on_eos {ends} and train_on_eot {turned} for {eos}, which is both"
            )
            yield self.finding(f"{message}: the run dies when data is loaded", data.key, "eot_tokens", plan=plan)
