"""MW791."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets, preference, turns
from wizard.domain.finding import Finding, Fix
from wizard.rules.file._common import put
from wizard.rules.registry import Rule, Subject, rule

_ENDS = {"chatml": "<|im_end|>", "llama3": "<|eot_id|>"}
"""What the types of a family end a turn with, whatever the model."""


@rule("MW791", "marks-of-another-family", "warning", fix="unsafe", keys=("datasets", "test_datasets"))
def marks_of_another_family(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Preference data in the marks of ChatML or Llama 3, which the model's tokenizer has not.

    What it checks
        `rl: dpo`, `ipo`, `simpo` or `kto` with data of a type `chatml.*` or `llama3.*`, where the tokenizer is known
        to have no token for what ends a turn there, and nothing in the file brings it in.

    Why it matters
        These types write the marks of their family by hand: neither `chat_template` nor the tokenizer's own template is
        asked. Marks that are no tokens are learned letter by letter, and what serves the model afterwards writes and
        waits for others. KTO has only such types and a block of formats.

    Example
        Bad:
            base_model: meta-llama/Llama-3.2-1B-Instruct
            rl: kto
            datasets:
              - path: argilla/kto-mix-15k
                type: chatml.argilla

        Bad:
            base_model: Qwen/Qwen3-0.6B
            rl: dpo
            datasets:
              - path: Intel/orca_dpo_pairs
                type: llama3.intel

        Good:
            base_model: Qwen/Qwen3-0.6B
            rl: kto
            datasets:
              - path: argilla/kto-mix-15k
                type: chatml.argilla

    Fix
        The same type of the family whose end of turn the tokenizer has. Not safe: the model learns other marks.

    Source
        axolotl 0.21.0 prompt_strategies/dpo/ and kto/, chatml.py and llama3.py, which have the same names (read)
    """
    plan = subject.plan
    own, added = turns.known(plan), turns.added(plan)
    if own is None or preference.rl(plan) not in ("dpo", "ipo", "simpo", "kto"):
        return
    for entry in datasets.entries(plan, "datasets", "test_datasets"):
        family, _, name = str(entry.type).partition(".")
        end = _ENDS.get(family)
        if end is None or not own.splits(end) or end in added:
            continue
        message = f"{entry.path('type')}: {entry.type} writes {end} whatever the model, and this tokenizer has no such "
        other = next((one for one, mark in _ENDS.items() if mark == own.eos), None)
        fix = None
        if other is not None:
            named = f"{other}.{name}" if name else other
            mended = put(plan.get(entry.key), (entry.number, "type"), named)
            fix = Fix({entry.key: mended}, "unsafe", f"type: {named}")
        yield self.finding(message + "token", entry.path("type"), plan=plan, fix=fix)
        return
