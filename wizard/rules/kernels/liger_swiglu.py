"""MW551."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.plugins import LIGER, listed
from wizard.domain.finding import Finding, Fix, Safety
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW551",
    "liger-swiglu",
    "error",
    fix="safe",
    keys=("liger_swiglu",),
    quotes=("The 'liger_swiglu' argument is deprecated", "cannot have both `liger_swiglu` and `liger_glu_activation`"),
)
def liger_swiglu(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`liger_swiglu`, the old name of `liger_glu_activation`.

    What it checks
        Liger's plugin is listed and `liger_swiglu` has a value, true or false; an error where
        `liger_glu_activation` has one too.

    Why it matters
        Axolotl warns and moves the value to the new name; with both written it refuses the config.

    Example
        Bad:
            plugins: [axolotl.integrations.liger.LigerPlugin]
            liger_swiglu: true

        Bad:
            plugins: [axolotl.integrations.liger.LigerPlugin]
            liger_swiglu: true
            liger_glu_activation: true

        Good:
            plugins: [axolotl.integrations.liger.LigerPlugin]
            liger_glu_activation: true

    Fix
        The old name goes, and the new one takes its value where it has none. Unsafe where the two differ,
        and beside `tiled_mlp`, which only the new name is checked against.

    Source
        axolotl 0.19.0 integrations/liger/args.py:84 (executed)
    """
    plan = subject.plan
    old, new = plan.get("liger_swiglu"), plan.get("liger_glu_activation")
    if old is None or not listed(plan, LIGER):
        return
    if new is None:
        message = "liger_swiglu is an old name: Axolotl warns, and reads it as liger_glu_activation"
        changes = {"liger_swiglu": REMOVE, "liger_glu_activation": old}
        safety: Safety = "unsafe" if plan.get("tiled_mlp") else "safe"  # the new name is checked against it
        fix = Fix(changes, safety, "liger_glu_activation instead")
        yield self.finding(message, "liger_swiglu", plan=plan, severity="warning", fix=fix)
        return
    message = "liger_swiglu and liger_glu_activation are two names of one setting: Axolotl refuses both together"
    fix = Fix({"liger_swiglu": REMOVE}, "safe" if old == new else "unsafe", "only liger_glu_activation")
    yield self.finding(message, "liger_swiglu", "liger_glu_activation", plan=plan, fix=fix)
