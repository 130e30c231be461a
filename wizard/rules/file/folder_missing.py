"""MW824."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import base
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW824",
    "folder-missing",
    "warning",
    keys=base.FOLDERS,
    crashes=("Can't find a valid checkpoint at", "Can't find 'adapter_config.json' at"),
)
def folder_missing(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A checkpoint or a saved adapter that is not there.

    What it checks
        `resume_from_checkpoint`, and `lora_model_dir` beside `adapter` where it can only be a folder (`./out`, not
        `owner/name`): whether the folder is there, from the folder that memwizard is called in, or beside the config.

    Why it matters
        Axolotl takes any text. A missing adapter stops the run after the model was loaded ("Can't find
        'adapter_config.json'"), a missing checkpoint as training begins ("Can't find a valid checkpoint at"). It may
        lie on the machine that trains: then nothing is wrong.

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
            what = "saved adapter" if key == "lora_model_dir" else "checkpoint"
            message = f"{key} is {path}: there is no such folder on this machine, and without its {what} the run stops"
            yield self.finding(message, key, plan=subject.plan)
