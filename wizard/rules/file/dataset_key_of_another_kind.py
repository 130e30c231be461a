"""MW815."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets
from wizard.domain.finding import Finding
from wizard.knowledge.axolotl.shapes import model, strays
from wizard.rules.registry import Rule, Subject, rule


@rule("MW815", "dataset-key-of-another-kind", "warning", keys=datasets.KEYS)
def dataset_key_of_another_kind(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A key of a dataset that Axolotl has, but not for this kind of training.

    What it checks
        The keys of each entry against the model that reads it: under `rl: dpo`, `ipo` and `simpo` it has only `path`,
        `split`, `type`, `data_files`, `revision`, `field_messages`, `field_chosen` and `field_rejected`, under
        `rl: kto` the first five and `trust_remote_code`; otherwise it has those of supervised training, which lacks
        `field_chosen` and `step_separator`. A value that says what happens anyway is passed over.

    Why it matters
        Axolotl drops such a key without a word. `message_property_mappings` under `rl: dpo` then ends in
        `KeyError: 'role'` when the rows are read, and `field_chosen` under `rl: orpo` reads another column.

    Example
        Bad:
            rl: dpo
            datasets:
              - path: data.jsonl
                type: chat_template.default
                message_property_mappings:
                  role: from
                  content: value

        Good:
            rl: dpo
            datasets:
              - path: data.jsonl
                type: chat_template.default

    Fix
        Name the columns as the type expects them, in the data itself.

    Source
        axolotl 0.19.0 and 0.21.0 utils/config/__init__.py (validate_config), utils/schemas/datasets.py (executed, and
        trained with on a CPU)
    """
    plan = subject.plan
    for entry in datasets.entries(plan):
        for stray in strays(model(entry.model, entry.version), entry.values):
            name = str(stray.steps[-1])
            if datasets.known_elsewhere(entry, stray.steps) and datasets.matters(plan, entry, name):
                kind = datasets.kind(plan, entry)
                message = f"{entry.path(name)}: Axolotl has no such key {kind}: it is dropped without a word"
                yield self.finding(message, entry.path(name), plan=plan)
