"""MW559."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import precision
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW559",
    "compile-options-alone",
    "error",
    fix="unsafe",
    keys=("torch_compile_options",),
    quotes="torch_compile_options is set but torch_compile is not enabled",
)
def compile_options_alone(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`torch_compile_options` without `torch_compile`.

    What it checks
        `torch_compile_options` is written, even empty, and `torch_compile` is neither true nor `auto`.

    Why it matters
        The options would have no effect. Axolotl refuses the config.

    Example
        Bad:
            torch_compile_options:
              shape_padding: true

        Good:
            torch_compile: true
            torch_compile_options:
              shape_padding: true

    Fix
        `torch_compile: true`. Not safe: compiling changes speed and memory.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1650 (executed)
    """
    plan = subject.plan
    if not isinstance(plan.get("torch_compile_options"), dict) or precision.compiles(plan):
        return
    message = "torch_compile_options without torch_compile: Axolotl refuses the config"
    fix = Fix({"torch_compile": True}, "unsafe", "torch_compile: true")
    yield self.finding(message, "torch_compile_options", "torch_compile", plan=plan, fix=fix)
