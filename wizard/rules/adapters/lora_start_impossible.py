"""MW910."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.domain.finding import Finding
from wizard.domain.plan import Plan
from wizard.domain.values import integer, mapping
from wizard.rules.registry import Rule, Subject, rule

_ROUNDS = re.compile(r"pissa_niter_\d+")
_BITS = (4, 8)
_UNPREPARED = {"eva": "as without it", "lora_ga": "as with gaussian"}
"""What they start with where nobody has prepared them, which Axolotl does not."""


@rule(
    "MW910",
    "lora-start-impossible",
    "error",
    keys=("peft_init_lora_weights", "peft"),
    crashes=(
        "invalid literal for int() with base 10",
        "please run `preprocess_corda` first",
        "`eigens` attribute not found for layer",
        "Orthogonal initialization requires the LoRA rank to be even",
        "`loftq_config` must be specified when `init_lora_weights` is 'loftq'",
        "Only nf4 and int8 quantization is supported",
    ),
)
def lora_start_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A start of the adapter's matrices that lacks what it needs.

    What it checks
        In a run that makes a LoRA: `peft_init_lora_weights` of `corda`, which wants a preparation that Axolotl has
        not; `pissa_niter_` with something else than a whole number; `orthogonal` with an odd `lora_r`; `loftq`
        without `peft.loftq_config.loftq_bits`, and those bits other than 4 and 8. As a warning `eva` and `lora_ga`.

    Why it matters
        Axolotl takes any text and any number. The run dies when the adapter is made, after the data is prepared and
        the model loaded. `eva` and `lora_ga` want weights from a look at the data that Axolotl never takes: the
        adapter begins like any other, and nothing says so.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            peft_init_lora_weights: corda

        Bad:
            adapter: lora
            lora_r: 7
            lora_alpha: 16
            lora_target_linear: true
            peft_init_lora_weights: orthogonal

        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            peft:
              loftq_config:
                loftq_bits: 3

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            peft_init_lora_weights: orthogonal

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            peft:
              loftq_config:
                loftq_bits: 4

    Fix
        Write what the message names, or take the start out. There is none to apply: it is another training.

    Source
        peft 0.20.0 and 0.21.2 tuners/lora/layer.py, tuners/lora/config.py:1054, utils/loftq_utils.py:59; axolotl 0.19.0
        and 0.21.0 loaders/adapter.py (_build_lora_config_kwargs); 0.21.0 on a CPU (executed)
    """
    plan = subject.plan
    if not adapters.makes_lora(plan):
        return
    written = plan.get("peft_init_lora_weights")
    named = written if isinstance(written, str) else ""
    key = "peft_init_lora_weights" if named else "peft"
    lack = _lack(plan, named)
    if lack:
        message = f"{lack}: the run dies when the adapter is made"
        yield self.finding(message, key, plan=plan)
    elif named in _UNPREPARED:
        message = (
            f"peft_init_lora_weights: {named} wants a look at the data that Axolotl never takes: the adapter begins "
        )
        yield self.finding(message + _UNPREPARED[named], key, plan=plan, severity="warning")


def _lack(plan: Plan, named: str) -> str | None:
    bits = mapping(plan, "peft").get("loftq_config")
    bits = bits.get("loftq_bits") if isinstance(bits, dict) else None
    if named == "corda":
        return "peft_init_lora_weights: corda wants PEFT's preprocess_corda, which Axolotl never calls"
    if named.startswith("pissa_niter_") and not _ROUNDS.fullmatch(named):
        return f"peft_init_lora_weights: {named} wants a whole number after pissa_niter_"
    if named == "orthogonal" and adapters.lora_r(plan) % 2:
        return f"peft_init_lora_weights: orthogonal wants an even lora_r, and it is {adapters.lora_r(plan)}"
    if named == "loftq" and not bits:
        return "peft_init_lora_weights: loftq wants peft.loftq_config with loftq_bits"
    if bits and named in ("", "loftq") and integer(bits, 0) not in _BITS:
        return f"peft.loftq_config.loftq_bits is {bits}, and PEFT knows 4 and 8"
    return None
