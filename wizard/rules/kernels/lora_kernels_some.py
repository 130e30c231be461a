"""MW545."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.axolotl.architectures import failing_kernels
from wizard.axolotl.early import which
from wizard.axolotl.kernels import FUSED, LORA_KERNELS, switches_on
from wizard.domain.finding import Finding, Fix
from wizard.rules.kernels._common import joined, untargeted
from wizard.rules.registry import Rule, Subject, rule

_CLASSIFIERS = ("reward_model", "process_reward_model")


@rule("MW545", "lora-kernels-some", "hint", fix="unsafe", keys=LORA_KERNELS)
def lora_kernels_some(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Some of the fused LoRA kernels written, others left unsaid and so off.

    What it checks
        A LoRA or QLoRA plan for which Axolotl would switch on all four `lora_*_kernel`, where at least one is
        written and another has no value. The embedding's kernel counts only where embeddings are targeted, and none
        that the architecture can't take (MW580).

    Why it matters
        One value written by hand, true or false, stops Axolotl from setting the others: they stay off without a
        word, and their saving of memory and time is lost.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lora_mlp_kernel: true

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lora_mlp_kernel: true
            lora_qkv_kernel: true
            lora_o_kernel: true

    Fix
        The others are written too, as true. They compute the same as the plain layers, but not every
        model has them, so it is not safe.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1993 (executed)
    """
    plan = subject.plan
    if not switches_on(plan, subject.gpus) or which(plan, _CLASSIFIERS):
        return
    embeds = any("embed_tokens" in name for name in adapters.all_target_texts(plan))
    can = [key for key in (LORA_KERNELS if embeds else FUSED) if not untargeted(plan, key)]
    unable = failing_kernels(subject.model, subject.axolotl) if subject.model else ()
    unsaid = [key for key in can if plan.get(key) is None and key not in unable]
    written = [key for key in LORA_KERNELS if plan.get(key) is not None]
    if not unsaid or not written:
        return
    message = f"{joined(unsaid)} stay off: since {joined(written)} is written, Axolotl sets no other kernel by itself"
    fix = Fix(dict.fromkeys(unsaid, True), "unsafe", f"{joined(unsaid)}: true")
    yield self.finding(message, *written, plan=plan, fix=fix)
