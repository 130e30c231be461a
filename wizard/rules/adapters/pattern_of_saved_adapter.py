"""MW325."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.axolotl.adapters import BUILT_IN
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_PATTERNS = ("lora_rank_pattern", "lora_alpha_pattern")


@rule("MW325", "pattern-of-saved-adapter", "hint", fix="safe", keys=_PATTERNS)
def pattern_of_saved_adapter(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Ranks by module for an adapter that is loaded, not made.

    What it checks
        `lora_model_dir` with `lora_rank_pattern` or `lora_alpha_pattern`.

    Why it matters
        The saved adapter's own adapter_config.json says its ranks. The patterns are ignored, and Axolotl warns
        where they differ from it.

    Example
        Bad:
            adapter: lora
            lora_model_dir: ./out/first
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            lora_rank_pattern: {q_proj: 64}

        Good:
            adapter: lora
            lora_model_dir: ./out/first
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        The patterns go. Safe: they have no effect.

    Source
        axolotl 0.19.0 loaders/adapter.py:300 (read)
    """
    plan = subject.plan
    found = [key for key in _PATTERNS if plan.get(key)]
    if not found or not plan.get("lora_model_dir") or adapters.adapter(plan) not in BUILT_IN:
        return
    message = f"{' and '.join(found)} with lora_model_dir: likely ignored, the saved adapter says its own ranks"
    fix = Fix(dict.fromkeys(found, REMOVE), "safe", f"no {' and '.join(found)}")
    yield self.finding(message, *found, "lora_model_dir", plan=plan, fix=fix)
