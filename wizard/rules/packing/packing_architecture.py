"""MW496."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.architectures import RunsOn, flattens, packing_changes, packing_failure
from wizard.axolotl.base import class_of_transformers
from wizard.domain.finding import Finding, Fix
from wizard.domain.text import shortened
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule

_LACKS_A_METHOD = "cuda_kernels_forward"
"""Of transformers' layer, which Axolotl wraps: no kernel brings it."""


@rule(
    "MW496",
    "packing-architecture",
    "error",
    fix="unsafe",
    keys=("sample_packing", "batch_flattening"),
    crashes=("sample packing requires", "is not supported for model_type", _LACKS_A_METHOD),
)
def packing_architecture(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Packing on an architecture whose layers carry what they read from one sample into the next.

    What it checks
        `sample_packing` is on, or from 0.20 on `batch_flattening`, and packing was tried on a small model of the
        architecture and ended the run. Its type must be known. `use_kernels: true` is left alone where kernels are
        what is missing: with it Axolotl takes them from the hub.

    Why it matters
        Mamba, convolutions and linear attention keep a state along a row. Axolotl refuses to mix the states of
        samples: for Granite 4's hybrids by a crash at loading, for Falcon-H1 and Nemotron-H where mamba-ssm and
        causal-conv1d are missing, which a plain installation does not have. 0.21 refuses LFM2 too, and Jamba always;
        0.19 lets those two through and mixes.

    Example
        Bad:
            base_model: tiiuae/Falcon-H1-0.5B-Base
            attn_implementation: flash_attention_2
            sample_packing: true

        Bad:
            base_model: LiquidAI/LFM2-1.2B
            attn_implementation: flash_attention_2
            micro_batch_size: 2
            batch_flattening: true

        Bad:
            base_model: ibm-granite/granite-4.0-1b-base
            attn_implementation: sdpa
            sample_packing: true
            plugins:
              - axolotl.integrations.kernels.KernelsPlugin
            use_kernels: true

        Good:
            base_model: tiiuae/Falcon-H1-0.5B-Base
            attn_implementation: flash_attention_2
            sample_packing: false

    Fix
        Packing or flattening goes off, and rows are padded to one length. Unsafe: fewer samples fit a step.

    Source
        axolotl 0.19.0 and 0.21.0 loaders/patch_manager.py, monkeypatch/models/ (small models of each architecture,
        executed)
    """
    plan = subject.plan
    place = RunsOn(subject.model, subject.axolotl, subject.machine, class_of_transformers(plan, subject.model))
    why = packing_failure(plan, place)
    if why is None or (flag(plan.get("use_kernels")) and _LACKS_A_METHOD not in why):
        return
    unless = " unless mamba-ssm and causal-conv1d are installed" if "mamba-ssm" in why else ""
    key = "batch_flattening" if flattens(plan) else "sample_packing"
    message = f"{key} on {place.architecture}: the run stops{unless} ({shortened(why, 110)})"
    fix = Fix(packing_changes(plan, place), "unsafe", "no batch_flattening" if flattens(plan) else f"{key}: false")
    yield self.finding(message, key, plan=plan, fix=fix)
