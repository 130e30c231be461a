"""Symbols with words: what is said never rests on colour."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.domain.estimate import Component, Fit
from wizard.domain.finding import Severity


@dataclass(frozen=True, slots=True)
class Marks:
    """The symbols of one alphabet."""

    fit: dict[Fit, str]
    severity: dict[Severity, str]
    chosen: str
    open: str
    pointer: str
    done: str
    here: str
    components: dict[Component, str]
    free: str
    limit: str
    times: str
    awaited: str
    before: str
    rule: str


UNICODE = Marks(
    fit={"fits": "✓", "tight": "~", "over": "✗", "unknown": "?"},
    severity={"error": "✗", "warning": "!", "hint": "·"},
    chosen="(●)",
    open="( )",
    pointer="▸",
    done="✓",
    here="●",
    components={
        "weights": "█", "adapter": "▉", "gradients": "▓", "optimizer": "▒", "activations": "▞",
        "logits": "░", "temporaries": "▖", "runtime": "▪",
    },
    free="·",
    limit="│",
    times="×",
    awaited="…",
    before="←",
    rule="─",
)  # fmt: skip

FIT_STYLE: dict[Fit, str] = {"fits": "green", "tight": "yellow", "over": "red bold", "unknown": "dim"}
SEVERITY_STYLE: dict[Severity, str] = {"error": "red bold", "warning": "yellow", "hint": "dim"}
COMPONENT_STYLE: dict[Component, str] = {
    "weights": "blue", "adapter": "cyan", "gradients": "green", "optimizer": "magenta", "activations": "yellow",
    "logits": "red", "temporaries": "white", "runtime": "bright_black",
}  # fmt: skip


def fit_text(fit: Fit, marks: Marks = UNICODE) -> str:
    """`"✓ fits"`."""
    return f"{marks.fit[fit]} {fit}"
