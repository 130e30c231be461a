"""MW879."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.file._common import put
from wizard.rules.registry import Rule, Subject, rule

_NOBODY = {
    "max_prompt_len": "a prompt is as long as its row has it",
    "preprocess_iterable": "streaming says it",
    "fsdp_final_state_dict_type": "fsdp_config.final_state_dict_type says it",
}
_ENVIRONMENT = {"world_size": "WORLD_SIZE", "local_rank": "LOCAL_RANK"}
_OF_A_DATASET = ("field_human", "field_model")


@rule(
    "MW879",
    "key-nobody-reads",
    "warning",
    fix="safe",
    keys=(*_NOBODY, *_ENVIRONMENT, "datasets", "test_datasets"),
)
def key_nobody_reads(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A key that Axolotl's schema has, and nothing in Axolotl looks at.

    What it checks
        `max_prompt_len`, `preprocess_iterable`, `fsdp_final_state_dict_type`; `world_size` and `local_rank`, which the
        launcher says; `field_human` and `field_model` of a data set, which only give its prepared form another name.

    Why it matters
        The file looks as if something were set: long prompts are not cut, a stream is not one, columns are not found.

    Example
        Bad:
            max_prompt_len: 512

        Bad:
            world_size: 8

        Bad:
            datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca
                field_human: question
                field_model: answer

        Good:
            datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: chat_template
                message_property_mappings:
                  role: from
                  content: value

    Fix
        The keys go. Safe: nothing changes. What is meant each type of data says otherwise.

    Source
        axolotl 0.19.0, 0.20.0 and 0.21.0, the whole package but for utils/schemas (searched); utils/config/__init__.py
        (world_size, local_rank); 0.21.0 trained with each on a CPU (executed)
    """
    plan = subject.plan
    for key, instead in _NOBODY.items():
        if plan.get(key):
            fix = Fix({key: REMOVE}, "safe", f"no {key}")
            yield self.finding(f"{key}: nothing in Axolotl looks at it; {instead}", key, plan=plan, fix=fix)
    for key, name in _ENVIRONMENT.items():
        if plan.get(key) is not None:
            fix = Fix({key: REMOVE}, "safe", f"no {key}")
            message = f"{key}: Axolotl puts {name} of the launcher's environment in its place"
            yield self.finding(message, key, plan=plan, fix=fix)
    for entry in datasets.entries(plan, "datasets", "test_datasets"):
        unread = [key for key in _OF_A_DATASET if entry.values.get(key)]
        if unread:
            message = f"{' and '.join(unread)}: no type of data looks at that"
            kept = {key: value for key, value in entry.values.items() if key not in unread}
            fix = Fix(
                {entry.key: put(plan.get(entry.key), (entry.number,), kept)}, "safe", f"no {' and '.join(unread)}"
            )
            yield self.finding(message, *(entry.path(key) for key in unread), plan=plan, fix=fix)
