"""MW789."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, batch, preference, quantization
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW789",
    "adapter-sync-missing",
    "error",
    fix="unsafe",
    keys=("trl",),
    crashes=("Merged weight sync cannot stream bitsandbytes 4-bit weights", "Merged weight sync does not support DoRA"),
    axolotl_since="0.21",
)
def adapter_sync_missing(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Weights that can't be merged for an asynchronous vLLM server.

    What it checks
        With `rl: grpo` or `gdpo` on the asynchronous trainer (`trl.async_prefetch` or `trl.use_data_producer`) and a
        vLLM server: an adapter in 4-bit or with DoRA, and `trl.vllm_lora_sync` not true.

    Why it matters
        The adapter's weights are merged into the base's before each synchronization; packed 4-bit weights and DoRA's
        magnitudes can't be. The run dies at the first one.

    Example
        Bad:
            rl: grpo
            micro_batch_size: 4
            trl:
              reward_funcs: [rewards.length]
              num_generations: 4
              use_vllm: true
              vllm_mode: server
              async_prefetch: true
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

        Good:
            rl: grpo
            micro_batch_size: 4
            trl:
              reward_funcs: [rewards.length]
              num_generations: 4
              use_vllm: true
              vllm_mode: server
              async_prefetch: true
              vllm_lora_sync: true
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        `trl.vllm_lora_sync: true`: vLLM loads the adapter instead. Not safe: the server must be started for it.

    Source
        axolotl 0.21.0 core/trainers/grpo/async_trainer.py:1051-1115 (read)
    """
    plan, block = subject.plan, batch.trl(subject.plan)
    if preference.rl(plan) not in ("grpo", "gdpo") or not adapters.built_in(plan) or flag(block.get("vllm_lora_sync")):
        return
    asynchronous = flag(block.get("async_prefetch")) or flag(block.get("use_data_producer"))
    if not asynchronous or not flag(block.get("use_vllm")) or block.get("vllm_mode") == "colocate":
        return
    what = "4-bit weights" if quantization.load_in_4bit(plan) else "DoRA" if adapters.peft_use_dora(plan) else None
    if what is not None:
        fix = Fix({"trl": {**block, "vllm_lora_sync": True}}, "unsafe", "trl.vllm_lora_sync: true")
        message = f"trl: {what} can't be merged for the vLLM server: the run dies at its first synchronization"
        yield self.finding(message, "trl", "adapter", plan=plan, fix=fix)
