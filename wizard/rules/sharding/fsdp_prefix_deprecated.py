"""MW622."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp
from wizard.axolotl.fsdp import fsdp_config, prefixed
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW622",
    "fsdp-prefix-deprecated",
    "warning",
    fix="safe",
    keys=("fsdp_config",),
    quotes="Configuring FSDP fields with the `fsdp_` prefix is deprecated",
)
def fsdp_prefix_deprecated(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Keys of `fsdp_config` with the old `fsdp_` prefix.

    What it checks
        Keys inside `fsdp_config` that begin with `fsdp_`, `fsdp_version` apart.

    Why it matters
        Axolotl renames them, warns, and will stop doing so.

    Example
        Bad:
            fsdp_version: 2
            fsdp_config:
              fsdp_offload_params: true

        Good:
            fsdp_version: 2
            fsdp_config:
              offload_params: true

    Fix
        The keys lose the prefix. Safe: Axolotl does the same.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1194 (executed)
    """
    plan = subject.plan
    block = fsdp.fsdp_config_as_written(plan)
    old = [str(key) for key in block if prefixed(key)]
    if not old:
        return
    message = f"fsdp_config has {', '.join(old)}: the prefix fsdp_ is deprecated, and Axolotl warns of it"
    fix = Fix({"fsdp_config": fsdp_config(plan)}, "safe", "the same keys without fsdp_")
    yield self.finding(message, "fsdp_config", plan=plan, fix=fix)
