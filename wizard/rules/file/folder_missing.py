"""MW824."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import base
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule

_WHAT = {"lora_model_dir": "saved adapter", "resume_from_checkpoint": "checkpoint", "tokenizer_config": "tokenizer"}


@rule(
    "MW824",
    "folder-missing",
    "warning",
    keys=base.FOLDERS,
    crashes=("Can't find a valid checkpoint at", "Can't find 'adapter_config.json' at"),
)
def folder_missing(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A checkpoint, a saved adapter or a tokenizer that is not there.

    What it checks
        `resume_from_checkpoint`, and `lora_model_dir` beside `adapter` and `tokenizer_config` where they can only be
        folders (`./out`, not `owner/name`): whether they are there, from the folder that memwizard is called in, or
        beside the config.

    Why it matters
        Axolotl takes any text. A missing adapter stops the run after the model was loaded ("Can't find
        'adapter_config.json'"), a missing checkpoint as training begins ("Can't find a valid checkpoint at"), a missing
        tokenizer at once. It may lie on the machine that trains: then nothing is wrong.

    Example
        Bad:
            # ./out/checkpoint-500 is not there
            resume_from_checkpoint: ./out/checkpoint-500

        Bad:
            # ./first is not there
            adapter: lora
            lora_model_dir: ./first

        Good:
            adapter: lora
            lora_model_dir: somebody/adapter

    Fix
        None: where it is only the person knows.

    Source
        axolotl 0.21.0 loaders/adapter.py:465, transformers 5.20.1 trainer.py:3620 (trained with on a CPU)
    """
    for key, path in base.folders(subject.plan).items():
        head = subject.heads.get(path)
        if head is not None and head.state == "missing":
            what = _WHAT[key]
            message = f"{key} is {path}: there is no such folder on this machine, and without the {what} the run stops"
            yield self.finding(message, key, plan=subject.plan)
