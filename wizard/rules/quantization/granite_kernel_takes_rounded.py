"""MW982."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.quantization import early_bits
from wizard.domain.finding import Finding, Fix
from wizard.domain.model import Model
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW982",
    "granite-kernel-takes-rounded",
    "warning",
    fix="unsafe",
    keys=("load_in_4bit", "load_in_8bit"),
    crashes="mat1 and mat2 shapes cannot be multiplied",
)
def granite_kernel_takes_rounded(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A quantized Granite 4 hybrid, whose kernel multiplies by weights as they lie.

    What it checks
        The model is a granitemoehybrid with Mamba layers, `load_in_4bit` or `load_in_8bit` is on, and rows are not
        packed. The model must be known.

    Why it matters
        With mamba-ssm and causal-conv1d, one kernel takes all behind in_proj, out_proj's weight with it, past
        bitsandbytes. In 4 bits the first step ends the run; in 8 bits it multiplies by integers without their scale.
        Without both packages transformers' own code runs, which is slow and takes more memory.

    Example
        Bad:
            base_model: ibm-granite/granite-4.0-h-micro
            adapter: qlora
            load_in_4bit: true
            sample_packing: false

        Good:
            base_model: ibm-granite/granite-4.0-h-micro
            adapter: lora
            sample_packing: false

    Fix
        LoRA on a base in 16 bits. Not safe: it takes more memory. Or leave the two packages out.

    Source
        axolotl examples/granite4/README.md ("Limitation"); transformers 5.20.1 modeling_granitemoehybrid.py (`forward`,
        `outproj_weight`); axolotl 0.21.0 guards Nemotron-H alone (monkeypatch/models/nemotron_h/modeling.py). Read, not
        run: the kernel needs a GPU
    """
    plan, model, settings = subject.plan, subject.model, subject.effective
    if model is None or not _takes(model) or settings.quantization == "none":
        return
    if settings.packing or settings.sharding.mesh.context > 1:
        return  # each part has a kernel of its own there, and out_proj none
    ends = "the first step ends the run" if settings.quantization == "nf4" else "it is taken without its scale"
    written = early_bits(plan)
    changes: dict[str, object] = dict.fromkeys(written, False)
    if settings.adapter == "qlora":
        changes["adapter"] = "lora"
    yield self.finding(
        f"Granite 4's Mamba kernel takes out_proj as it is stored: with mamba-ssm and causal-conv1d {ends}",
        *written,
        plan=plan,
        fix=Fix(changes, "unsafe", "LoRA on a base in 16 bits") if settings.lora is not None else None,
    )


def _takes(model: Model) -> bool:
    return model.model_type == "granitemoehybrid" and any(block.mixer == "mamba" for block in model.blocks)
