"""MW957."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule("MW957", "fsdp-whole-model", "warning", fix="unsafe", keys=("fsdp_config",))
def fsdp_whole_model(self: Rule, subject: Subject) -> Iterator[Finding]:
    """FSDP2 that is not told where to cut the model, and gathers it whole.

    What it checks
        `fsdp_config` of FSDP2 without `auto_wrap_policy`, where several GPUs or no machine are known. Of the old list
        `fsdp` beside it other rules tell.

    Why it matters
        accelerate takes no policy then, and the model is one unit: for the forward pass each GPU gathers all weights,
        for the backward pass again, and nothing is computed while they come. Memory for the weights is that of one GPU
        alone.

    Example
        Bad on 2xa100-80gb:
            base_model: Qwen/Qwen3-8B
            fsdp_version: 2
            fsdp_config:
              reshard_after_forward: true

        Good on 2xa100-80gb:
            base_model: Qwen/Qwen3-8B
            fsdp_version: 2
            fsdp_config:
              auto_wrap_policy: TRANSFORMER_BASED_WRAP
              reshard_after_forward: true

    Fix
        `auto_wrap_policy: TRANSFORMER_BASED_WRAP`, which cuts at the decoder layers that transformers names of the
        model. Not safe: the checkpoint's shards are others.

    Source
        axolotl 0.21.0 utils/trainer.py:640-668 (setup_fsdp_envs), monkeypatch/accelerate/fsdp2.py:860-925; accelerate
        1.15.0 utils/dataclasses.py:1909-1936, utils/fsdp_utils.py:921 (fsdp2_prepare_auto_wrap_policy)
    """
    plan = subject.plan
    if not fsdp.shards(plan) or fsdp.fsdp_version(plan) != 2 or fsdp.fsdp_config(plan).get("auto_wrap_policy"):
        return
    if fsdp.fsdp(plan) or (subject.machine is not None and subject.gpus == 1):
        return
    message = (
        "fsdp_config without auto_wrap_policy: the model is one unit, and each GPU gathers all its weights at once"
    )
    policy = "TRANSFORMER_BASED_WRAP"
    changes = {"fsdp_config": fsdp.with_value(plan, "auto_wrap_policy", policy)}
    yield self.finding(message, "fsdp_config", plan=plan, fix=Fix(changes, "unsafe", f"auto_wrap_policy: {policy}"))
