"""MW872."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.values import integer, mapping, number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW872",
    "diffusion-settings-crossed",
    "error",
    fix="unsafe",
    keys=("diffusion_lm",),
    quotes=(
        "unroll.eval_steps must be between",
        "diffusion_lm: Value error, min_mask_ratio must be",
    ),
    axolotl_since="0.21",
)
def diffusion_settings_crossed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Settings of `diffusion_lm` that contradict each other.

    What it checks
        In `diffusion_lm`: `min_mask_ratio` (0.1) above `max_mask_ratio` (0.9), or `unroll.eval_steps` above
        `unroll.k_max` (1).

    Why it matters
        Axolotl refuses the file.

    Example
        Bad:
            diffusion_lm: {unroll: {k_max: 2, eval_steps: 4}}

        Bad:
            diffusion_lm: {min_mask_ratio: 0.95}

        Good:
            diffusion_lm: {unroll: {k_max: 4, eval_steps: 4}}

    Fix
        The one that is too large becomes the other. Not safe: another training.

    Source
        axolotl 0.21.0 utils/schemas/diffusion.py:66 and :227 (executed)
    """
    plan, block = subject.plan, mapping(subject.plan, "diffusion_lm")
    unroll = block.get("unroll")
    most = number(block.get("max_mask_ratio"), 0.9)
    if number(block.get("min_mask_ratio"), 0.1) > most:
        why, changed = f"min_mask_ratio is above max_mask_ratio, {most:g}", {**block, "min_mask_ratio": most}
    elif isinstance(unroll, dict) and integer(unroll.get("eval_steps"), 0) > integer(unroll.get("k_max"), 1):
        steps = integer(unroll.get("k_max"), 1)
        why = f"unroll.eval_steps is above unroll.k_max, {steps}"
        changed = {**block, "unroll": {**unroll, "eval_steps": steps}}
    else:
        return
    fix = Fix({"diffusion_lm": changed}, "unsafe", "the bound in its place")
    yield self.finding(f"diffusion_lm: {why}: Axolotl refuses the file", "diffusion_lm", plan=plan, fix=fix)
