"""MW763."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, batch, mesh
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule

_ASYNCHRONOUS = ("async_prefetch", "use_data_producer")


@rule(
    "MW763",
    "vllm-colocate-impossible",
    "error",
    fix="unsafe",
    keys=("trl",),
    quotes=(
        "`vllm_mode: colocate` is not supported with `context_parallel_size",
        "`vllm_lora_sync: true` requires `vllm_mode: server`",
        "`vllm_mode: colocate` with an adapter is not supported by the async",
    ),
    axolotl_since="0.21",
)
def vllm_colocate_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """vLLM on the GPUs of the training, with what only a server of its own can do.

    What it checks
        `trl.use_vllm` with `trl.vllm_mode: colocate`, and a context parallel size above 1, or `trl.vllm_lora_sync`,
        or an adapter with `trl.async_prefetch` or `trl.use_data_producer`.

    Why it matters
        Axolotl refuses the file: adapters are pushed to a vLLM server by HTTP, and one inside the training gets
        merged weights.

    Example
        Bad:
            rl: grpo
            trl:
              use_vllm: true
              vllm_mode: colocate
              vllm_lora_sync: true

        Bad:
            rl: grpo
            trl:
              use_vllm: true
              vllm_mode: colocate
              async_prefetch: true
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true

        Good:
            rl: grpo
            trl:
              use_vllm: true
              vllm_mode: server
              vllm_lora_sync: true

    Fix
        The keys of `trl` go; with context parallelism `vllm_mode: server`. Not safe: another way to run it.

    Source
        axolotl 0.21.0 utils/schemas/validation.py:2557 (executed)
    """
    plan, block = subject.plan, batch.trl(subject.plan)
    if not flag(block.get("use_vllm")) or block.get("vllm_mode") != "colocate":
        return
    waiting = [key for key in _ASYNCHRONOUS if flag(block.get(key))] if adapters.adapter(plan) else []
    if mesh.context_parallel_size(plan) > 1:
        beside, changed = ["context parallelism"], {**block, "vllm_mode": "server"}
    elif flag(block.get("vllm_lora_sync")) or waiting:
        beside = ["vllm_lora_sync"] if flag(block.get("vllm_lora_sync")) else waiting
        gone = {"vllm_lora_sync", *waiting}
        changed = {key: value for key, value in block.items() if key not in gone}
    else:
        return
    message = f"trl.vllm_mode colocate with {' and '.join(beside)}: Axolotl refuses the file"
    says = "vllm_mode: server" if changed["vllm_mode"] == "server" else f"no {' and '.join(beside)}"
    yield self.finding(message, "trl", plan=plan, fix=Fix({"trl": changed}, "unsafe", says))
