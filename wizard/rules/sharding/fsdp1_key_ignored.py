"""MW691."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW691",
    "fsdp1-key-ignored",
    "warning",
    fix="safe",
    keys=("fsdp_config",),
    quotes="is an FSDP1-only option and is ignored",
    axolotl_since="0.20",
)
def fsdp1_key_ignored(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A key of `fsdp_config` that only FSDP1 had.

    What it checks
        `fsdp_config` has `sync_module_states`, `backward_prefetch`, `backward_prefetch_policy`, `limit_all_gathers` or
        `use_orig_params`.

    Why it matters
        There is FSDP2 alone from 0.20 on: Axolotl drops the key and warns.

    Example
        Bad:
            fsdp_version: 2
            fsdp_config:
              reshard_after_forward: true
              use_orig_params: true

        Good:
            fsdp_version: 2
            fsdp_config:
              reshard_after_forward: true

    Fix
        The keys go. Safe: they do nothing.

    Source
        axolotl 0.20.0 utils/schemas/validation.py:1442 (executed)
    """
    plan = subject.plan
    block = fsdp.fsdp_config_as_written(plan)
    ignored = [key for key in block if fsdp.bare(str(key)) in fsdp.IGNORED_KEYS]
    if not ignored:
        return
    kept = {key: value for key, value in block.items() if key not in ignored}
    fix = Fix({"fsdp_config": kept}, "safe", f"no {', '.join(ignored)}")
    message = f"fsdp_config: {', '.join(ignored)} had a meaning under FSDP1 alone: Axolotl drops it and warns"
    yield self.finding(message, "fsdp_config", plan=plan, fix=fix)
