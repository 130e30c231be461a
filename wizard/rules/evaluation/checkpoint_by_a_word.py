"""MW774."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_WORDS = ("latest", "last", "auto", "true", "yes", "best")


@rule(
    "MW774",
    "checkpoint-by-a-word",
    "error",
    fix="unsafe",
    keys=("resume_from_checkpoint",),
    crashes="Can't find a valid checkpoint at",
)
def checkpoint_by_a_word(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`resume_from_checkpoint` is a word where Axolotl wants a folder.

    What it checks
        It is `latest`, `last`, `auto`, `best`, `true` or `yes`, as text.

    Why it matters
        Axolotl hands it on as the path of a folder: "Can't find a valid checkpoint at latest", after data and model are
        loaded.

    Example
        Bad:
            resume_from_checkpoint: latest

        Good:
            resume_from_checkpoint: ./out/checkpoint-500

        Good:
            auto_resume_from_checkpoints: true

    Fix
        `auto_resume_from_checkpoints: true`, which takes the newest in `output_dir`. Not safe: another may be meant.

    Source
        axolotl 0.21.0 train.py; transformers 5.16.1 and 5.20.1 trainer.py:3620 (executed on a CPU)
    """
    plan = subject.plan
    written = plan.get("resume_from_checkpoint")
    if isinstance(written, str) and written.lower() in _WORDS:
        message = f"resume_from_checkpoint: {written} is taken for a folder's path: the run dies when it should begin"
        changes = {"resume_from_checkpoint": REMOVE, "auto_resume_from_checkpoints": True}
        fix = Fix(changes, "unsafe", "auto_resume_from_checkpoints: true")
        yield self.finding(message, "resume_from_checkpoint", plan=plan, fix=fix)
