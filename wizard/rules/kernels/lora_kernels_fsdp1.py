"""MW542."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp
from wizard.axolotl.early import which
from wizard.axolotl.kernels import LORA_KERNELS
from wizard.domain.finding import Finding, Fix
from wizard.rules.kernels._common import joined
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW542",
    "lora-kernels-fsdp1",
    "error",
    fix="unsafe",
    keys=LORA_KERNELS,
    quotes="not compatible with FSDP1",
    axolotl_until="0.19",
)
def lora_kernels_fsdp1(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Fused LoRA kernels under FSDP1 on several GPUs.

    What it checks
        With more than one GPU: a `lora_*_kernel` is on, there is an `fsdp_config`, and `fsdp_version` at the top
        level is not 2. A version inside `fsdp_config` alone does not count yet when this is checked.

    Why it matters
        FSDP1 flattens the weights the kernels want to read. Axolotl refuses the config.

    Example
        Bad on 2xa100-80gb:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lora_mlp_kernel: true
            lora_qkv_kernel: true
            lora_o_kernel: true
            fsdp_config:
              fsdp_version: 2
              auto_wrap_policy: TRANSFORMER_BASED_WRAP

        Good on 2xa100-80gb:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lora_mlp_kernel: true
            lora_qkv_kernel: true
            lora_o_kernel: true
            fsdp_version: 2
            fsdp_config:
              auto_wrap_policy: TRANSFORMER_BASED_WRAP

    Fix
        `fsdp_version: 2` at the top level. Safe where `fsdp_config` says it already, else not: another sharding.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1931 (executed)
    """
    plan = subject.plan
    on = which(plan, LORA_KERNELS)
    if not on or subject.gpus < 2 or plan.get("fsdp_config") is None or str(fsdp.version_on_top(plan)) == "2":
        return
    inside = str(fsdp.version_inside(plan)) == "2"
    why = "fsdp_version: 2 stands inside fsdp_config, where it is read too late" if inside else "this is FSDP1"
    message = f"{joined(on)} on {subject.gpus} GPUs: {why}, and Axolotl refuses the config"
    fix = Fix({"fsdp_version": 2}, "safe" if inside else "unsafe", "fsdp_version: 2 at the top level")
    yield self.finding(message, *on, "fsdp_version", "fsdp_config", plan=plan, fix=fix)
