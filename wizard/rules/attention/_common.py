"""What the rules on attention share."""

from __future__ import annotations

from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.settings import attention as attention_facts
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

LEGACY = attention_facts().legacy
"""The old flags in order of priority (utils/schemas/enums.py:125)."""

KEYS = ("attn_implementation", *LEGACY, "gemma4_hybrid_attn_impl")
"""Every key that decides the attention."""


def written(plan: Plan) -> tuple[str, ...]:
    """The old flags that are set to anything that counts as true in Python, in order of priority."""
    return tuple(flag for flag in LEGACY if plan.get(flag))


def spelled(plan: Plan) -> str:
    """The key that decided it, for the findings."""
    return next((key for key in KEYS if plan.get(key)), "attn_implementation")


def capability(subject: Subject) -> tuple[int, int] | None:
    """That of the first GPU, which is the one Axolotl asks (cli/config.py:367)."""
    machine = subject.machine
    return machine.gpus[0].compute_capability if machine and machine.gpus else None
