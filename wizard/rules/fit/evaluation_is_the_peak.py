"""MW903."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix, Severity
from wizard.domain.plan import REMOVE
from wizard.domain.units import gib
from wizard.rules.registry import Rule, Subject, rule


@rule("MW903", "evaluation-is-the-peak", "hint", fix="unsafe")
def evaluation_is_the_peak(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Evaluation needs more memory than training.

    What it checks
        The worst phase of the estimate is evaluation. A warning where the plan would fit without it.

    Why it matters
        Evaluation makes the logits whole, one value for each token and word of the vocabulary, whatever loss
        training uses: cut cross entropy and Liger's fused loss save nothing there. The run trains well
        and fails at its first evaluation.

    Example
        Bad:
            base_model: meta-llama/Llama-3.1-8B
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            sequence_len: 8192
            micro_batch_size: 2
            gradient_accumulation_steps: 4
            gradient_checkpointing: true
            pad_to_sequence_len: true
            val_set_size: 0.05
            attn_implementation: flash_attention_2
            plugins: [axolotl.integrations.liger.LigerPlugin]
            liger_fused_linear_cross_entropy: true

        Good:
            base_model: meta-llama/Llama-3.1-8B
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            sequence_len: 8192
            micro_batch_size: 2
            gradient_accumulation_steps: 4
            gradient_checkpointing: true
            pad_to_sequence_len: true
            val_set_size: 0
            attn_implementation: flash_attention_2
            plugins: [axolotl.integrations.liger.LigerPlugin]
            liger_fused_linear_cross_entropy: true

    Fix
        No evaluation during training (evaluate a saved checkpoint instead). Unsafe: you lose the curve. A
        smaller micro_batch_size or sequence_len lowers both.

    Source
        transformers 5.14 ForCausalLMLoss; liger-kernel 0.8 and cut-cross-entropy apply in training only (read)
    """
    estimate, machine = subject.estimate, subject.machine
    if estimate is None or estimate.peak_phase != "eval":
        return
    free = machine.free_bytes if machine else None
    training = max(size for phase, size in estimate.phases.items() if phase != "eval")
    message = (
        f"evaluation needs {gib(estimate.phases['eval'])} of tensors, training only {gib(training)}: "
        "the logits are made whole there, whatever the loss"
    )
    blocks = free is not None and estimate.fit(free) != "fits"
    changes: dict[str, object] = {"val_set_size": 0, "test_datasets": REMOVE, "eval_steps": REMOVE}
    changes |= {"evals_per_epoch": REMOVE, "eval_strategy": REMOVE}
    fix = Fix(changes, "unsafe", "no evaluation during training")
    severity: Severity = "warning" if blocks else "hint"
    yield self.finding(message, "val_set_size", "test_datasets", plan=subject.plan, severity=severity, fix=fix)
