"""MW764."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch
from wizard.domain.finding import Finding
from wizard.domain.values import flag, mapping
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW764",
    "vllm-colocate-without-length",
    "warning",
    keys=("trl",),
    quotes="Set `vllm.max_model_len` (longest prompt",
    axolotl_since="0.21",
)
def vllm_colocate_without_length(self: Rule, subject: Subject) -> Iterator[Finding]:
    """vLLM on the GPUs of the training, without a longest sequence.

    What it checks
        `trl.use_vllm` with `trl.vllm_mode: colocate`, and `vllm.max_model_len` is not set.

    Why it matters
        Axolotl warns: vLLM keeps room for the whole context of the model beside the training, and may not start.

    Example
        Bad:
            rl: grpo
            trl:
              use_vllm: true
              vllm_mode: colocate

        Good:
            rl: grpo
            trl:
              use_vllm: true
              vllm_mode: colocate
            vllm:
              max_model_len: 2048

    Fix
        `vllm.max_model_len`: the longest prompt and `trl.max_completion_length` together. The data decides it.

    Source
        axolotl 0.21.0 utils/schemas/validation.py:2580 (executed)
    """
    plan, block = subject.plan, batch.trl(subject.plan)
    if not flag(block.get("use_vllm")) or block.get("vllm_mode") != "colocate":
        return
    if not mapping(plan, "vllm").get("max_model_len"):
        message = "trl.vllm_mode colocate without vllm.max_model_len: vLLM keeps room for the model's whole context"
        yield self.finding(message, "trl", "vllm", plan=plan)
