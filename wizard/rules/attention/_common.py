"""What the rules on attention share."""

from __future__ import annotations

from wizard.rules.registry import Subject

SHORT = {"flash": "flash_attention_2", "flex": "flex_attention", "sdp": "sdpa"}
"""Short names that it refuses, and what each stands for (utils/schemas/enums.py:135)."""


def capability(subject: Subject) -> tuple[int, int] | None:
    """That of the first GPU, which is the one Axolotl asks (cli/config.py:367)."""
    machine = subject.machine
    return machine.gpus[0].compute_capability if machine and machine.gpus else None


def on_amd(subject: Subject) -> bool:
    """Whether a GPU of the machine is AMD's."""
    return any(gpu.vendor == "amd" for gpu in subject.machine.gpus) if subject.machine else False
