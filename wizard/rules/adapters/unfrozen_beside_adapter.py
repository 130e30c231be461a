"""MW339."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.axolotl.unfrozen import matcher, unfrozen_parameters
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_WRAPPED = "base_model.model."
"""Where PEFT puts the model: before the names of all its weights."""
_WORD = re.compile(r"\^?(\w+)(?![*+?{|\w])")


@rule(
    "MW339",
    "unfrozen-beside-adapter",
    "error",
    fix="unsafe",
    keys=("unfrozen_parameters",),
    crashes="All parameters are frozen. Model will not be trained.",
)
def unfrozen_beside_adapter(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`unfrozen_parameters` beside an adapter, which freezes the adapter as well.

    What it checks
        An adapter and `unfrozen_parameters`, none of which can match a name that begins with `base_model.model.`, as
        all do once PEFT has wrapped the model. Where one can, and none speaks of `lora`, it is a warning.

    Why it matters
        Axolotl freezes every weight that no pattern matches after the adapter is made, and the adapter's with them.
        The run goes through to its end and has trained nothing; the log has one line: "All parameters are frozen.
        Model will not be trained." Axolotl's own examples for Gemma 3 have this.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            unfrozen_parameters: [model.embed_tokens.weight$, lm_head.weight$]

        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            unfrozen_parameters: [.*embed_tokens.*]

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lora_modules_to_save: [embed_tokens, lm_head]

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            unfrozen_parameters: [".*lora_.*"]

    Fix
        `unfrozen_parameters` goes. Not safe: `lora_modules_to_save` is the way to train a whole module beside LoRA.

    Source
        axolotl 0.19.0 and 0.21.0 train.py:110, utils/freeze.py:53 (executed with a tiny model)
    """
    plan = subject.plan
    patterns = unfrozen_parameters(plan)
    if adapters.adapter(plan) is None or not patterns:
        return
    fix = Fix({"unfrozen_parameters": REMOVE}, "unsafe", "no unfrozen_parameters")
    if not any(map(_reaches, patterns)):
        message = "unfrozen_parameters beside an adapter freeze the adapter too: the run ends with nothing trained"
        yield self.finding(message, "unfrozen_parameters", "adapter", plan=plan, fix=fix)
    elif not any(map(_wide, patterns)):
        message = "unfrozen_parameters beside an adapter freeze what they don't match, likely the adapter itself"
        yield self.finding(message, "unfrozen_parameters", "adapter", plan=plan, severity="warning", fix=fix)


def _reaches(pattern: str) -> bool:
    """Whether a pattern may match a wrapped name: not where it begins with a whole word that those don't begin with."""
    word = _WORD.match(pattern)
    return matcher(pattern) is not None and (
        word is None or _WRAPPED.startswith(word[1]) or word[1].startswith("base_model")
    )


def _wide(pattern: str) -> bool:
    """Whether it speaks of the adapter, or of all there is."""
    return "lora" in pattern or pattern.strip("^$") in (".*", ".+")
