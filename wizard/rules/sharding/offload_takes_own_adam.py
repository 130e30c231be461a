"""MW980."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_ADAMW = ("adamw_torch", "adamw_torch_fused", "adamw_torch_xla")
_UNREAD = ("adam_beta1", "adam_beta2", "adam_epsilon", "optim_args")


@rule(
    "MW980",
    "offload-takes-own-adam",
    "warning",
    fix="unsafe",
    keys=("optimizer", *_UNREAD, "deepspeed"),
)
def offload_takes_own_adam(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Another optimizer than the one that is named, since DeepSpeed keeps the states in host memory.

    What it checks
        `deepspeed` names a file, or has a block, whose ZeRO stage has `offload_optimizer`, without an `optimizer` of
        its own and without `zero_force_ds_cpu_optimizer: false`: then `optimizer` other than AdamW of torch, and
        `adam_beta1`, `adam_beta2`, `adam_epsilon` and `optim_args`. Among the files that Axolotl ships, zero2 and those
        with cpuoffload in their names offload.

    Why it matters
        accelerate puts DeepSpeedCPUAdam in the place of any optimizer, with states in fp32: 8 bits save nothing, Muon
        does not train (Adagrad and 32-bit Lion have their like). It takes over learning rates and weight decay alone,
        and where that was not torch's AdamW, weights decay as in plain Adam. Nothing says so.

    Example
        Bad:
            deepspeed: deepspeed_configs/zero2.json
            optimizer: adamw_bnb_8bit

        Bad:
            deepspeed: deepspeed_configs/zero3_bf16_cpuoffload_all.json
            optimizer: adamw_torch_fused
            adam_beta2: 0.95

        Good:
            deepspeed: deepspeed_configs/zero1.json
            optimizer: adamw_bnb_8bit

        Good:
            deepspeed: deepspeed_configs/zero2.json
            optimizer: adamw_torch_fused

    Fix
        `optimizer: adamw_torch_fused`, of whose kind DeepSpeed's own is; the settings go. Not safe: weights decay in
        another way.

    Source
        accelerate 1.15.0 accelerator.py:2374, utils/deepspeed.py:29-97 (read); axolotl 0.21.0 deepspeed_configs/
    """
    plan = subject.plan
    if not deepspeed.steps_on_cpu(plan):
        return
    named = plan.get("optimizer")
    if isinstance(named, str) and named not in (*_ADAMW, *deepspeed.KEPT_ON_CPU):
        fix = Fix({"optimizer": "adamw_torch_fused"}, "unsafe", "optimizer: adamw_torch_fused")
        message = f"{named} is not what steps: with states in host memory DeepSpeed has an Adam of its own, in fp32"
        yield self.finding(message, "optimizer", plan=plan, fix=fix)
    unread = [name for name in _UNREAD if plan.get(name) is not None]
    if unread:
        gone = Fix(dict.fromkeys(unread, REMOVE), "safe", f"no {' and '.join(unread)}")
        message = f"{' and '.join(unread)}: not read, for DeepSpeed's own optimizer steps in host memory"
        yield self.finding(message, *unread, plan=plan, fix=gone)
