"""MW888."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter

from wizard.axolotl import dataset_types as loading
from wizard.axolotl import datasets
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule

_READ = ("supervised", "dpo", "kto")
_OF_TEXT = {
    "format": ("instruction", "input"),
    "no_input_format": ("instruction",),
    "system_format": ("system",),
}
_OF_PAIRS = {
    "prompt_format": ("prompt", "system"),
    "chosen_format": ("chosen",),
    "rejected_format": ("rejected",),
}
_OF_KTO = {"prompt_format": ("prompt", "system"), "completion_format": ("completion",)}


@rule(
    "MW888", "format-of-rows-broken", "error", keys=("datasets",), crashes=("encountered in format string", "KeyError")
)
def format_of_rows_broken(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A format under a dataset's `type` that can't be filled in.

    What it checks
        Where `type` is a block: the texts that Axolotl fills in (`format`, `no_input_format` and `system_format` in
        supervised training, `prompt_format` and its kin with DPO, IPO, SimPO and KTO) have the names that it fills in
        and no others, and no brace that stands alone.

    Why it matters
        Axolotl checks no format. The first row that uses it ends the run: "KeyError: 'inpt'", or "Single '{'
        encountered in format string". A brace that is meant as such is written twice.

    Example
        Bad:
            datasets:
              - path: data.jsonl
                type:
                  field_instruction: ask
                  field_output: say
                  no_input_format: "{question} "

        Bad:
            rl: dpo
            datasets:
              - path: data.jsonl
                split: train
                type:
                  field_prompt: ask
                  prompt_format: "{ask}"

        Good:
            datasets:
              - path: data.jsonl
                type:
                  field_instruction: ask
                  field_output: say
                  no_input_format: "{instruction} "

    Fix
        Use the names that the message lists: the columns are named by the `field_*` keys beside. There is none to
        apply.

    Source
        axolotl 0.19.0 and 0.21.0 prompt_strategies/alpaca_w_system.py:70-82, dpo/user_defined.py, kto/user_defined.py
        (executed on a CPU)
    """
    plan = subject.plan
    for entry in datasets.entries(plan, "datasets"):
        block = entry.type
        if not isinstance(block, dict) or not (loading.is_read(plan, entry) and loading.loader(plan) in _READ):
            continue
        names = (
            _OF_KTO if entry.model == datasets.LABELLED else _OF_PAIRS if entry.model == datasets.PAIRS else _OF_TEXT
        )
        for key, known in names.items():
            wrong = _wrong(block.get(key), known)
            if wrong is not None:
                message = f"{entry.path('type', key)}: {wrong}: the first row that uses it ends the run"
                yield self.finding(message, entry.path("type", key), plan=plan)


def _wrong(text: object, known: tuple[str, ...]) -> str | None:
    """What can't be filled in; None where all can."""
    if not isinstance(text, str):
        return None
    try:
        names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError as error:
        return str(error)[:1].lower() + str(error)[1:]
    strange = [name for name in names if name.partition(".")[0].partition("[")[0] not in known]
    both = " and ".join(f"{{{name}}}" for name in known)
    return f"Axolotl fills in {both}, and no {{{strange[0]}}}" if strange else None
