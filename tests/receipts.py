"""Receipts of runs that are kept in the home of a test."""

from __future__ import annotations

from dataclasses import replace

from wizard.domain.receipt import Like, Receipt
from wizard.world.receipts import Receipts

DIED = Receipt(
    begun="2026-11-29T10:14:03Z",
    digest="0123456789abcdef",
    memwizard="0.1.0",
    like=Like("0.21", "2.13.0", "RTX 4090", "qlora bf16 adamw_bnb_8bit", "plain"),
    model="Qwen/Qwen3-8B",
    forecast=(10 << 30, 11 << 30, 12 << 30),
    allocated=12 << 30,
    phases=(),
    steps=12,
    code=1,
    cause="evaluation",
)


def kept(**other: object) -> Receipt:
    """One of a run that died, but for this; it is in the history now."""
    one = replace(DIED, **other)  # type: ignore[arg-type]
    Receipts().add(one)
    return one
