"""`optim_args`: as a block or as text, and what is made of it.

Source: axolotl 0.19.0 and 0.21.0 core/builders/base.py (_configure_optimizer).
"""

from __future__ import annotations

from wizard.domain.plan import Plan
from wizard.knowledge.optimizer_settings import optimizer_settings


def split_up(plan: Plan) -> str:
    """What is split at commas and equals signs: text, and a block for transformers' optimizers, which Axolotl joins."""
    written = plan.get("optim_args")
    if isinstance(written, dict):
        own = plan.get("optimizer") in optimizer_settings().own
        return "" if own else ",".join(f"{key}={value}" for key, value in written.items())
    return written if isinstance(written, str) else ""


def names(plan: Plan) -> tuple[str, ...]:
    """The settings' names; of text, those before an equals sign: a part without one names nothing."""
    written = plan.get("optim_args")
    if isinstance(written, dict):
        return tuple(str(key) for key in written)
    parts = written.replace(" ", "").split(",") if isinstance(written, str) else []
    return tuple(part.partition("=")[0] for part in parts if "=" in part)


def as_text(plan: Plan) -> tuple[str, ...]:
    """The names of settings whose values are text: all, where `optim_args` itself is."""
    written = plan.get("optim_args")
    if isinstance(written, dict):
        return tuple(str(key) for key, value in written.items() if isinstance(value, str))
    return names(plan)
