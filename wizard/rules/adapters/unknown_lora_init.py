"""MW340."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_KNOWN = re.compile(r"gaussian|olora|mica|pissa(_niter_\d+)?|corda|loftq|eva|orthogonal|lora_ga")
_TRUE = ("true", "yes", "on", "1", "y", "t", "false", "no", "off", "0", "n", "f")


@rule(
    "MW340",
    "unknown-lora-init",
    "error",
    fix="unsafe",
    keys=("peft_init_lora_weights",),
    crashes="Unknown initialization",
)
def unknown_lora_init(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`peft_init_lora_weights` in a word that PEFT does not know.

    What it checks
        A text is one of gaussian, eva, olora, pissa, pissa_niter_N, corda, loftq, orthogonal, lora_ga and mica, in a
        run that makes a LoRA.

    Why it matters
        Axolotl takes any text. The run dies when the adapter is made, after the data is prepared and the model loaded.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            peft_init_lora_weights: gausian

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            peft_init_lora_weights: pissa_niter_16

    Fix
        Take it out: PEFT starts with zeros in one of the two matrices then. Not safe: it is another start.

    Source
        peft 0.20.0 tuners/lora/layer.py:284-338 (executed); axolotl 0.19.0 utils/schemas/peft.py:99
    """
    plan = subject.plan
    name = plan.get("peft_init_lora_weights")
    if not isinstance(name, str) or not adapters.makes_lora(plan):
        return
    if not name or _KNOWN.match(name.lower()) or name.lower() in _TRUE:
        return
    message = f"peft_init_lora_weights: PEFT knows no {name}: the run dies when the adapter is made"
    fix = Fix({"peft_init_lora_weights": REMOVE}, "unsafe", "no peft_init_lora_weights")
    yield self.finding(message, "peft_init_lora_weights", plan=plan, fix=fix)
