"""MW613."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.fsdp import fsdp_config
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW613",
    "size-based-wrap-without-size",
    "error",
    keys=("fsdp_config",),
    quotes="min_num_params is required when auto_wrap_policy is SIZE_BASED_WRAP",
)
def size_based_wrap_without_size(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`SIZE_BASED_WRAP` without `min_num_params`.

    What it checks
        `fsdp_config.auto_wrap_policy` is SIZE_BASED_WRAP and `fsdp_config.min_num_params` is not set.

    Why it matters
        FSDP then does not know from which size on it wraps a module, and Axolotl refuses the file.

    Example
        Bad:
            fsdp_version: 2
            fsdp_config:
              auto_wrap_policy: SIZE_BASED_WRAP

        Good:
            fsdp_version: 2
            fsdp_config:
              auto_wrap_policy: SIZE_BASED_WRAP
              min_num_params: 100000000

    Fix
        Name the size, or wrap by layer with TRANSFORMER_BASED_WRAP. No single size is right.

    Source
        axolotl 0.19.0 utils/schemas/fsdp.py:84 (executed)
    """
    plan = subject.plan
    block = fsdp_config(plan)
    if block.get("auto_wrap_policy") == "SIZE_BASED_WRAP" and block.get("min_num_params") is None:
        message = "fsdp_config.auto_wrap_policy is SIZE_BASED_WRAP without min_num_params: Axolotl refuses the file"
        yield self.finding(message, "fsdp_config", plan=plan)
