"""MW221."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import precision, switches
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule("MW221", "fp16-overruled-by-bf16", "warning", fix="safe", keys=("fp16", "float16"))
def fp16_overruled_by_bf16(self: Rule, subject: Subject) -> Iterator[Finding]:
    """fp16 asked for beside a bf16 that wins.

    What it checks
        `fp16` or `float16` is on beside `bf16: true`; or `float16` is on while `bf16` is not written or `auto`.
        (`fp16: true` beside `bf16: auto` does turn bf16 off.)

    Why it matters
        Axolotl likely trains in bf16 without a word. On a GPU before Ampere that is emulated, and slow.

    Example
        Bad:
            bf16: true
            fp16: true

        Bad:
            bf16: auto
            float16: true

        Good:
            bf16: false
            fp16: true

        Good:
            bf16: auto

    Fix
        Take `fp16` and `float16` out. Safe: they have no effect. If fp16 is wanted, write `bf16: false`.

    Source
        axolotl 0.19.0 utils/config/__init__.py:163-203 (read)
    """
    plan = subject.plan
    automatic = precision.bf16(plan) == "auto"
    if not precision.bf16(plan) or (automatic and precision.fp16(plan)):
        return
    named = switches.on(plan, ("fp16", "float16"))
    if not named:
        return
    message = f"{' and '.join(named)} beside bf16: {'auto' if automatic else 'true'}: bf16 likely wins, without a word"
    fix = Fix(dict.fromkeys(named, REMOVE), "safe", f"take {' and '.join(named)} out")
    yield self.finding(message, *named, "bf16", plan=plan, fix=fix)
