"""MW522."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, preference
from wizard.axolotl.checkpointing import activation_offloading, gradient_checkpointing, use_reentrant
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule

_WITHOUT = frozenset({"grpo", "gdpo", "orpo", "simpo", "ebft"})


@rule("MW522", "offloading-without-effect", "warning", keys=("rl", "process_reward_model"))
def offloading_without_effect(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Activation offloading with a trainer that does not offload.

    What it checks
        `activation_offloading` with `rl` grpo, gdpo, orpo, simpo or ebft, or with `process_reward_model`. Two forms
        work there, since they patch checkpointing itself: legacy with LoRA or QLoRA, and hidden_states with
        `use_reentrant: true`.

    Why it matters
        Axolotl's own trainer offloads, and TRL's for DPO, IPO, KTO and reward models; the others never look at the
        setting. Nothing says so, and the memory it should save is needed after all.

    Example
        Bad:
            rl: orpo
            datasets: [{path: argilla/ultrafeedback-binarized-preferences-cleaned, type: chat_template.argilla}]
            gradient_checkpointing: true
            activation_offloading: true

        Good:
            rl: orpo
            datasets: [{path: argilla/ultrafeedback-binarized-preferences-cleaned, type: chat_template.argilla}]
            gradient_checkpointing: true

        Good:
            rl: dpo
            datasets: [{path: argilla/ultrafeedback-binarized-preferences-cleaned, type: chatml.ultra, split: train}]
            gradient_checkpointing: true
            activation_offloading: true

    Fix
        Count on checkpointing alone: a smaller batch or a shorter sequence saves what offloading would have.

    Source
        axolotl 0.19.0 core/trainers/base.py:73, core/trainers/trl.py, core/trainers/grpo/trainer.py:57;
        trl 1.8.0 `activation_offloading` is read by the DPO, KTO, reward and SFT trainers alone (read)
    """
    plan = subject.plan
    mode, rl = activation_offloading(plan), preference.rl(plan)
    named = f"rl: {rl}" if rl in tuple(_WITHOUT) else ""
    if not rl and preference.process_reward_model(plan) and not preference.reward_model(plan):
        named = "process_reward_model"
    if not named or mode == "none" or not gradient_checkpointing(plan) or plan.get("trainer_cls"):
        return
    patched = mode == "legacy" and adapters.adapter(plan) in ("lora", "qlora")
    if patched or (mode == "hidden_states" and use_reentrant(plan)):
        return
    message = f"activation_offloading with {named} likely offloads nothing: that trainer does not look at it"
    yield self.finding(message, "activation_offloading", "gradient_checkpointing", plan=plan)
