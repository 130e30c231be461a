"""MW969."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule("MW969", "fsdp-gradients-whole", "hint", fix="unsafe", keys=("gradient_accumulation_steps", "fsdp_config"))
def fsdp_gradients_whole(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A full fine-tune whose gradients FSDP leaves whole on each GPU until the last micro batch of a step.

    What it checks
        FSDP, no adapter, `gradient_accumulation_steps` above 1, and no `sync_each_batch` in
        `accelerator_config.gradient_accumulation_kwargs`.

    Why it matters
        transformers runs all micro batches of a step but the last in `no_sync`, which spares their exchange. Gradients
        are added up undivided then, and stay on the GPU even with `offload_params`: 2 bytes for each weight of the
        model, on each GPU, whatever their number.

    Example
        Bad on 2xa100-80gb:
            base_model: Qwen/Qwen3-8B
            gradient_accumulation_steps: 4
            fsdp_version: 2
            fsdp_config:
              auto_wrap_policy: TRANSFORMER_BASED_WRAP

        Good on 2xa100-80gb:
            base_model: Qwen/Qwen3-8B
            gradient_accumulation_steps: 4
            accelerator_config:
              gradient_accumulation_kwargs:
                sync_each_batch: true
            fsdp_version: 2
            fsdp_config:
              auto_wrap_policy: TRANSFORMER_BASED_WRAP

    Fix
        `sync_each_batch: true`: the gradients of each micro batch are divided at once. Not safe: each is one exchange
        more between the GPUs, which takes time.

    Source
        transformers 5.16.1 and 5.20.1 trainer.py (`_run_epoch`), accelerate 1.13 and 1.15 `Accelerator.no_sync`,
        torch 2.13 `FSDPParamGroup.post_backward` (read); axolotl 0.21.0 core/builders/base.py:661-670
    """
    plan, now = subject.plan, subject.effective
    if not now.leaves_gradients_whole or now.lora is not None or (subject.machine is not None and subject.gpus == 1):
        return
    message = (
        f"each GPU holds all gradients whole until the last of {now.accumulation} micro batches: FSDP divides them then"
    )
    fix = Fix(batch.synced_each(plan), "unsafe", "sync_each_batch: divide them after each micro batch")
    yield self.finding(message, "gradient_accumulation_steps", plan=plan, fix=fix)
