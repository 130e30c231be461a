"""MW804."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

UNSLOTH = {
    "unsloth_lora_mlp": "lora_mlp_kernel",
    "unsloth_lora_qkv": "lora_qkv_kernel",
    "unsloth_lora_o": "lora_o_kernel",
    "unsloth_cross_entropy_loss": None,
    "unsloth_rms_norm": None,
    "unsloth_rope": None,
}
"""The fields, and what is called so now."""


@rule("MW804", "unsloth-field-removed", "error", fix="unsafe", keys=UNSLOTH, quotes="been removed")
def unsloth_field_removed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A field for unsloth's kernels, which Axolotl no longer has.

    What it checks
        `unsloth_lora_mlp`, `unsloth_lora_qkv`, `unsloth_lora_o`, `unsloth_cross_entropy_loss`, `unsloth_rms_norm`
        and `unsloth_rope`, where they are on.

    Why it matters
        Axolotl refuses the file. It has LoRA kernels of its own, which are on by themselves on one GPU.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            unsloth_lora_mlp: true

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lora_mlp_kernel: true

    Fix
        The LoRA kernels take their new names, the others go. Not safe: other kernels run.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:59 (executed)
    """
    plan = subject.plan
    found = [key for key in UNSLOTH if plan.get(key)]
    if not found:
        return
    changes: dict[str, object] = dict.fromkeys(found, REMOVE)
    changes.update({new: True for key in found if (new := UNSLOTH[key])})
    fix = Fix(changes, "unsafe", "Axolotl's own LoRA kernels")
    message = f"{', '.join(found)}: removed from Axolotl, which refuses the file; it has LoRA kernels of its own"
    yield self.finding(message, *found, plan=plan, fix=fix)
