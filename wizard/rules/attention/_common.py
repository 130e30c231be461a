"""What the rules on attention share."""

from __future__ import annotations

from wizard.rules.registry import Subject

ACCEPTED = (
    "eager",
    "sdpa",
    "flash_attention_2",
    "flash_attention_3",
    "flash_attention_4",
    "flash_attention_torch",
    "flex_attention",
    "xformers",
    "sage",
    "fp8",
)
"""The names Axolotl takes, beside any with a slash (utils/schemas/enums.py:109)."""

SHORT = {"flash": "flash_attention_2", "flex": "flex_attention", "sdp": "sdpa"}
"""Short names that it refuses, and what each stands for (utils/schemas/enums.py:135)."""


def capability(subject: Subject) -> tuple[int, int] | None:
    """That of the first GPU, which is the one Axolotl asks (cli/config.py:367)."""
    machine = subject.machine
    return machine.gpus[0].compute_capability if machine and machine.gpus else None


def on_amd(subject: Subject) -> bool:
    """Whether a GPU of the machine is AMD's."""
    return any(gpu.vendor == "amd" for gpu in subject.machine.gpus) if subject.machine else False
