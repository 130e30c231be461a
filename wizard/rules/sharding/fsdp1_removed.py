"""MW690."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp
from wizard.domain.finding import Finding
from wizard.domain.text import in_yaml
from wizard.rules.file._fsdp2 import to_fsdp2, undecided, without_counterpart
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW690",
    "fsdp1-removed",
    "error",
    fix="unsafe",
    keys=("fsdp", "fsdp_version", "fsdp_config"),
    quotes=(
        "The top-level `fsdp` list is no longer supported",
        "is no longer supported, FSDP1 has been removed",
        "is an FSDP1-only option and FSDP1 has been",
    ),
    axolotl_since="0.20",
)
def fsdp1_removed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """FSDP1, which Axolotl does not have any more.

    What it checks
        The old list `fsdp`, a version other than 2 at the top or inside `fsdp_config`, or a key of `fsdp_config` that
        FSDP1 alone has: `sharding_strategy`, `forward_prefetch`.

    Why it matters
        From 0.20 on there is FSDP2 alone, and Axolotl refuses the file.

    Example
        Bad:
            fsdp:
              - full_shard
              - auto_wrap

        Bad:
            fsdp_version: 1
            fsdp_config:
              reshard_after_forward: true

        Bad:
            fsdp_config:
              sharding_strategy: FULL_SHARD

        Good:
            fsdp_version: 0
            fsdp_config:
              reshard_after_forward: true

        Good:
            fsdp_version: 2
            fsdp_config:
              reshard_after_forward: true

    Fix
        `fsdp_version: 2` and an `fsdp_config` with its names. Not safe: FSDP2 keeps no fp32 copy of the weights, so
        the numbers differ. None where it was NO_SHARD, which is no FSDP, beside DeepSpeed, and for Falcon models.

    Source
        axolotl 0.20.0 utils/schemas/validation.py:1407-1440, 0.21.0 validation.py:1440-1475 (executed)
    """
    plan = subject.plan
    block = fsdp.fsdp_config_as_written(plan)
    old = [key for key in block if fsdp.bare(str(key)) in fsdp.REFUSED_KEYS]
    named = [fsdp.version_on_top(plan), block.get("fsdp_version")]
    versions = [*(one for one in named if one or not block), block.get("version")]  # 0 beside a block: filled with 2
    wrong = [one for one in versions if one is not None and str(one) != "2"]
    if fsdp.fsdp(plan):
        said = "the list `fsdp` is of FSDP1"
    elif wrong:
        said = f"fsdp_version {in_yaml(wrong[0])}"
    elif old:
        said = f"fsdp_config.{old[0]} is of FSDP1"
    else:
        return
    message = f"{said}, which Axolotl {subject.axolotl} has no more: it refuses the file{without_counterpart(plan)}"
    why = undecided(plan)
    if why:
        message += f"; a person has to decide: {why}"
    fix = None if why else to_fsdp2(plan)
    yield self.finding(message, "fsdp", "fsdp_version", "fsdp_config", plan=plan, fix=fix)
