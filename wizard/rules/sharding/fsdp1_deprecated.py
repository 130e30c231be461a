"""MW621."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp
from wizard.axolotl.fsdp import early_version
from wizard.axolotl.quantization import too_few_bits_for_fsdp2
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW621",
    "fsdp1-deprecated",
    "warning",
    fix="unsafe",
    keys=("fsdp_config",),
    quotes="FSDP1 is deprecated and will be removed",
    axolotl_until="0.19",
)
def fsdp1_deprecated(self: Rule, subject: Subject) -> Iterator[Finding]:
    """FSDP1, which is on its way out.

    What it checks
        `fsdp_config` is set and `fsdp_version` is not 2, neither at the top nor inside `fsdp_config`. A config that
        names no version gets 1.

    Why it matters
        Axolotl warns of it and will drop it. FSDP1 also keeps an fp32 copy of every trained weight, where FSDP2
        keeps none.

    Example
        Bad:
            fsdp_config:
              offload_params: true

        Good:
            fsdp_version: 2
            fsdp_config:
              offload_params: true

    Fix
        `fsdp_version: 2`. Not safe: without the fp32 copy the numbers differ, and some keys and optimizers are for
        one version only. None for `rl` dpo, kto, orpo or ipo on a base in 4 or 8 bits, which FSDP2 does not take
        (MW358): DeepSpeed does.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1147 (executed)
    """
    plan = subject.plan
    version = early_version(plan)
    block = fsdp.fsdp_config_as_written(plan)
    if not block or version == "2":
        return
    changes: dict[str, object] = {"fsdp_version": 2}
    nested = {key: value for key, value in block.items() if key not in ("version", "fsdp_version")}
    if nested and nested != block:
        changes["fsdp_config"] = nested
    fix = Fix(changes, "unsafe", "fsdp_version: 2") if not too_few_bits_for_fsdp2(plan) else None
    said = fsdp.version_on_top(plan) or fsdp.version_inside(plan)
    written = f"fsdp_version is {version}" if said else "fsdp_version is not set, which means 1"
    message = f"{written}: FSDP1 is deprecated, Axolotl warns of it, and it needs more memory than FSDP2"
    if fix is None:
        message += "; FSDP2 takes no preference method on a quantized base, DeepSpeed does"
    yield self.finding(message, "fsdp_version", "fsdp_config", plan=plan, fix=fix)
