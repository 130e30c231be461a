"""MW573."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp
from wizard.axolotl.plugins import INTEGRATIONS, listed
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW573",
    "spectrum-with-fsdp",
    "error",
    fix="unsafe",
    keys=("fsdp",),
    quotes="FSDP + SpectrumPlugin cannot be used together",
    axolotl_until="0.19",
)
def spectrum_with_fsdp(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Spectrum, which trains some weights only, under FSDP that flattens all.

    What it checks
        The SpectrumPlugin is listed, the old `fsdp` list and an `fsdp_config` are written, and
        `use_orig_params` inside `fsdp_config` is not on.

    Why it matters
        FSDP1 puts weights into flat buffers that are trained as a whole or not at all. Axolotl refuses the config.

    Example
        Bad:
            plugins: [axolotl.integrations.spectrum.SpectrumPlugin]
            fsdp: [full_shard, auto_wrap]
            fsdp_config:
              fsdp_auto_wrap_policy: TRANSFORMER_BASED_WRAP

        Good:
            plugins: [axolotl.integrations.spectrum.SpectrumPlugin]
            fsdp: [full_shard, auto_wrap]
            fsdp_config:
              fsdp_auto_wrap_policy: TRANSFORMER_BASED_WRAP
              use_orig_params: true

    Fix
        `use_orig_params: true` inside `fsdp_config`. Not safe: weights are laid out otherwise.

    Source
        axolotl 0.19.0 integrations/spectrum/args.py:32 (executed)
    """
    plan = subject.plan
    block = fsdp.fsdp_config(plan)
    if not fsdp.fsdp(plan) or not block or block.get("use_orig_params"):
        return
    if not listed(plan, INTEGRATIONS + "spectrum.SpectrumPlugin"):
        return
    message = "the SpectrumPlugin under FSDP needs fsdp_config.use_orig_params: true: Axolotl refuses the config"
    fix = Fix({"fsdp_config": {**block, "use_orig_params": True}}, "unsafe", "use_orig_params: true")
    yield self.finding(message, "fsdp_config", "plugins", plan=plan, fix=fix)
