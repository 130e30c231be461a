"""MW897."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import preference
from wizard.axolotl.dataset_types import taken_out
from wizard.axolotl.datasets import DatasetEntry
from wizard.domain.finding import Finding
from wizard.domain.head import Head
from wizard.rules.file._datafiles import looked_at
from wizard.rules.registry import Rule, Subject, rule

_LOOKED_AT = ("messages", "completion")
"""Columns that TRL looks at beside the three that Axolotl makes, which are texts."""


@rule("MW897", "messages-beside-texts", "warning", keys=("rl",), crashes="Invalid keys in the example")
def messages_beside_texts(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Rows of SimPO or ORPO keep a column that TRL may take for the conversation.

    What it checks
        With `rl: simpo` or `orpo`, whether the rows of a data file that was read have a list of messages in a column
        `messages` or `completion`, which the type leaves there. `chat_template` takes out the one that it reads
        (`field_messages`).

    Why it matters
        TRL takes one of the columns prompt, chosen, rejected, completion and messages, in an order that is another at
        each start, and asks whether it holds messages. Where it meets this one, the run dies: "Invalid keys in the
        example". Other starts of the same file go through, as those do that set PYTHONHASHSEED to a number that is
        lucky.

    Example
        Bad:
            # rows.jsonl: {"prompt": "a", "chosen": "b", "rejected": "c", "messages": [{"role": "user", "content": ""}]}
            rl: simpo
            simpo_gamma: 0.5
            datasets:
              - path: rows.jsonl
                type: chatml.default

        Good:
            # rows.jsonl: {"prompt": "a", "chosen": "b", "rejected": "c"}
            rl: simpo
            simpo_gamma: 0.5
            datasets:
              - path: rows.jsonl
                type: chatml.default

        Good:
            # rows.jsonl: {"messages": [{"role": "user", "content": "a"}], "chosen": "b", "rejected": "c"}
            rl: simpo
            simpo_gamma: 0.5
            chat_template: chatml
            datasets:
              - path: rows.jsonl
                type: chat_template.default

    Fix
        The column out of the file, or under another name. There is none to apply.

    Source
        trl 1.9.0 and 1.14.1 data_utils.py (is_conversational, apply_chat_template),
        experimental/cpo/cpo_trainer.py:372, experimental/orpo/orpo_trainer.py:357 (trained with on a CPU, six starts of
        each of 16 files)
    """
    plan, method = subject.plan, preference.rl(subject.plan)
    if method not in ("simpo", "orpo"):
        return
    for entry, head in looked_at(subject, "table"):
        column = next((one for one in _LOOKED_AT if _kept(method, entry, head, one)), None)
        if column is not None:
            message = f"{head.path}: TRL may take its column {column} for the conversation, and the run dies of it"
            yield self.finding(f"{message} at some starts: rename it", entry.path("path"), plan=plan)


def _kept(method: str, entry: DatasetEntry, head: Head, column: str) -> bool:
    if method == "simpo" and taken_out(entry) == column:
        return False
    return any(_is_message(value[0]) for value in head.values(column) if isinstance(value, list) and value)


def _is_message(value: object) -> bool:
    return isinstance(value, dict) and "role" in value
