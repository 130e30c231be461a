"""MW810."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule("MW810", "trust-remote-code", "hint", keys=("trust_remote_code",), quotes="`trust_remote_code` is set to true")
def trust_remote_code(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Code out of the model's repository will run.

    What it checks
        `trust_remote_code` is true.

    Why it matters
        Python files of the model's repository are run on this machine with this person's rights. Axolotl warns of
        it, and turns its LoRA kernels off.

    Example
        Bad:
            trust_remote_code: true

        Good:
            trust_remote_code: false

    Fix
        Take it out if the model's class is in transformers; otherwise read the code, and pin `revision_of_model`.

    Source
        axolotl 0.19.0 utils/schemas/model.py (executed)
    """
    if subject.plan.get("trust_remote_code") is True:
        message = "trust_remote_code: code out of the model's repository runs on this machine; Axolotl warns of it"
        yield self.finding(message, "trust_remote_code", plan=subject.plan)
