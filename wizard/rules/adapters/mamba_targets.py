"""MW334."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.adapters import makes_lora
from wizard.axolotl.lora import Lora
from wizard.domain.finding import Finding, Fix
from wizard.domain.model import Model
from wizard.domain.patterns import compiled
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_TYPES = frozenset({"falcon_h1", "mamba", "mamba2", "falcon_mamba", "nemotron_h"})
_REFUSED = frozenset({"out_proj", "conv1d"})


@rule(
    "MW334",
    "mamba-targets",
    "error",
    fix="unsafe",
    keys=("lora_target_linear", "lora_target_modules"),
    crashes="is incompatible with Mamba-based models",
)
def mamba_targets(self: Rule, subject: Subject) -> Iterator[Finding]:
    """LoRA on the layers of a Mamba model that PEFT refuses.

    What it checks
        The model is a falcon_h1, nemotron_h, mamba, mamba2 or falcon_mamba, and the targets take in out_proj or
        conv1d: by name, by a pattern, or by `lora_target_linear`. The model must be known.

    Why it matters
        PEFT raises when the adapter is made ("Module 'out_proj' is incompatible with Mamba-based models"), after the
        base model was loaded: Mamba's kernels read those weights directly, past any adapter.

    Example
        Bad:
            base_model: tiiuae/Falcon-H1-0.5B-Base
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

        Good:
            base_model: tiiuae/Falcon-H1-0.5B-Base
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj, in_proj, gate_proj, up_proj, down_proj]

    Fix
        The model's other linear layers by name. Not safe: out_proj and conv1d stay frozen.

    Source
        peft 0.20.0 tuners/tuners_utils.py:144 (executed with tiny models); 0.19 lacks nemotron_h there
    """
    plan, model, lora = subject.plan, subject.model, subject.effective.lora
    if model is None or lora is None or model.model_type not in _TYPES or not makes_lora(plan):
        return
    if plan.get("peft_layers_to_transform"):
        return  # perhaps none of those layers has one
    wrong = _wrong(model, lora)
    if not wrong:
        return
    kept = sorted(model.linear_names if lora.linear or lora.pattern else lora.modules)
    kept = [name for name in kept if name.rpartition(".")[2] not in _REFUSED]
    message = f"LoRA on {' and '.join(wrong)} of a {model.model_type} model: PEFT raises after the model's load"
    fix = None
    if kept:
        changes = {"lora_target_linear": REMOVE, "lora_target_modules": kept}
        fix = Fix(changes, "unsafe", f"lora_target_modules: {', '.join(kept)}")
    yield self.finding(message, "lora_target_linear", "lora_target_modules", plan=plan, fix=fix)


def _wrong(model: Model, lora: Lora) -> list[str]:
    present = {tensor.path.replace("*", "0") for tensor in model.tensors}
    paths = [path for path in present if path.rpartition(".")[2] in _REFUSED]
    if lora.linear and any(path.endswith("out_proj") for path in paths):
        return ["out_proj"]
    if lora.pattern is not None:
        pattern = compiled(lora.pattern)
        found = {path.rpartition(".")[2] for path in paths if pattern and pattern.fullmatch(path)}
    else:
        hit = [path for path in paths if any(path == name or path.endswith("." + name) for name in lora.modules)]
        found = {path.rpartition(".")[2] for path in hit}
    return sorted(found)
