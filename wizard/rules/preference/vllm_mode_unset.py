"""MW740."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule("MW740", "vllm-mode-unset", "warning", fix="safe", keys=("trl",), quotes="vllm_mode must be set to either")
def vllm_mode_unset(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`trl.use_vllm` without `trl.vllm_mode`.

    What it checks
        `trl.use_vllm` is on and `trl.vllm_mode` is not set.

    Why it matters
        Axolotl warns and takes "server", which wants a vLLM server on GPUs of its own. On one GPU "colocate" is
        the mode that works.

    Example
        Bad:
            rl: grpo
            trl:
              use_vllm: true

        Good:
            rl: grpo
            trl:
              use_vllm: true
              vllm_mode: server

    Fix
        `vllm_mode: server`. Safe: Axolotl takes the same.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:2061 (executed)
    """
    plan = subject.plan
    block = batch.trl(plan)
    if flag(block.get("use_vllm")) and not block.get("vllm_mode"):
        message = "trl.use_vllm without trl.vllm_mode: Axolotl warns and takes server, which needs GPUs of its own"
        fix = Fix({"trl": {**block, "vllm_mode": "server"}}, "safe", "vllm_mode: server")
        yield self.finding(message, "trl", plan=plan, fix=fix)
