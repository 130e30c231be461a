"""MW535."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp
from wizard.axolotl.fsdp import fsdp_config
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW535",
    "eight-bit-optimizer-with-fsdp",
    "error",
    fix="unsafe",
    keys=("fsdp_config",),
    quotes=("FSDP Offload not compatible with", "FSDP2 not compatible with"),
)
def eight_bit_optimizer_with_fsdp(self: Rule, subject: Subject) -> Iterator[Finding]:
    """An 8-bit optimizer with an FSDP it does not work with.

    What it checks
        `optimizer: adamw_8bit` or `adamw_bnb_8bit` with FSDP2; or any optimizer with "8bit" in its name under FSDP1
        with `fsdp_config.offload_params`.

    Why it matters
        Axolotl refuses both: bitsandbytes' kernels know no FSDP2 tensors, and none that lie on the host.

    Example
        Bad:
            optimizer: adamw_bnb_8bit
            fsdp_version: 2
            fsdp_config: {reshard_after_forward: true}

        Bad for 0.19:
            optimizer: adamw_torch_8bit
            fsdp_config: {offload_params: true}

        Good:
            optimizer: adamw_torch_8bit
            fsdp_version: 2
            fsdp_config: {reshard_after_forward: true}

        Good:
            optimizer: adamw_torch_fused
            fsdp_config: {offload_params: true}

    Fix
        With FSDP2 `adamw_torch_8bit`, as Axolotl says; with offloading under FSDP1 `adamw_torch_fused`. Not safe:
        the optimizer rounds otherwise, and the second one's states are larger.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1236 and :1249 (executed)
    """
    plan = subject.plan
    name = str(plan.get("optimizer"))
    if "8bit" not in name or not fsdp.has_block(plan):
        return
    if fsdp.fsdp_version(plan) == 2:
        if name not in ("adamw_8bit", "adamw_bnb_8bit"):
            return
        message = f"optimizer: {name} with FSDP2: Axolotl refuses it and names adamw_torch_8bit"
        fix = Fix({"optimizer": "adamw_torch_8bit"}, "unsafe", "optimizer: adamw_torch_8bit")
        yield self.finding(message, "optimizer", "fsdp_version", "fsdp_config", plan=plan, fix=fix)
    elif flag(fsdp_config(plan).get("offload_params")):
        message = f"optimizer: {name} with fsdp_config.offload_params under FSDP1: Axolotl refuses it"
        fix = Fix({"optimizer": "adamw_torch_fused"}, "unsafe", "optimizer: adamw_torch_fused")
        yield self.finding(message, "optimizer", "fsdp_config", plan=plan, fix=fix)
