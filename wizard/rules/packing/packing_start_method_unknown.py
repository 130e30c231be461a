"""MW423."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.text import in_yaml
from wizard.rules.registry import Rule, Subject, rule

_KNOWN = ("fork", "spawn", "forkserver")


@rule(
    "MW423",
    "packing-start-method-unknown",
    "error",
    fix="safe",
    keys=("sample_packing_mp_start_method",),
    crashes="object has no attribute 'get_all_start_methods'",
)
def packing_start_method_unknown(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`sample_packing_mp_start_method` is no way to start a process.

    What it checks
        `sample_packing`, and the value is none of fork, spawn and forkserver.

    Why it matters
        Axolotl's validation takes any text. While packing it means to warn and to take Python's default, and dies of
        the warning: "'ForkContext' object has no attribute 'get_all_start_methods'".

    Example
        Bad:
            sample_packing: true
            sample_packing_mp_start_method: forked

        Good:
            sample_packing: true
            sample_packing_mp_start_method: spawn

    Fix
        Take it out, which means fork. Safe: the same rows are packed.

    Source
        axolotl 0.19.0 and 0.21.0 utils/samplers/multipack.py:165-180 (trained with on a CPU)
    """
    plan = subject.plan
    value = plan.get("sample_packing_mp_start_method")
    if not value or value in _KNOWN or not packing.sample_packing(plan):
        return
    message = f"sample_packing_mp_start_method {in_yaml(value):.20} is unknown: the run dies when rows are packed"
    fix = Fix({"sample_packing_mp_start_method": REMOVE}, "safe", "no sample_packing_mp_start_method")
    yield self.finding(message, "sample_packing_mp_start_method", plan=plan, fix=fix)
