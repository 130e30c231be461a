"""Which code Mamba 2's layers run while they are trained.

Sources: transformers 5.20.1 modeling_granitemoehybrid.py (`forward`); axolotl 0.21.0
monkeypatch/models/nemotron_h/modeling.py (`guard_nemotron_h_fused_scan`), utils/nf4.py (`bnb_4bit_skip_modules`).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from wizard.axolotl import packing
from wizard.axolotl.quantization import Quantization
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import of_plan

MambaCode = Literal["whole", "scanned", "plain"]
"""One kernel for all behind in_proj, a kernel for the convolution and one for the scan, or transformers' own code."""

_SUMS = Version(0, 21)
"""Its transformers, 5.20, sums over the state in one product of matrices."""


class Mamba(NamedTuple):
    """The code, and of what runs without kernels: whether products of chunk x chunk x state are written out, and
    whether a run needs the kernels.
    """

    code: MambaCode
    writes_products: bool
    needs_kernels: bool


def mamba(plan: Plan, model: Model | None, quantization: Quantization, context: int) -> Mamba:
    """How Mamba's layers run. `context`: GPUs that share a row."""
    code = mamba_code(model, quantization, packs=packing.packs_training(plan), context=context)
    return Mamba(code, of_plan(plan) < _SUMS, packing.needs_kernels(plan))


def mamba_code(model: Model | None, quantization: Quantization, *, packs: bool, context: int) -> MambaCode:
    """With mamba-ssm and causal-conv1d where the run goes with them, as all it can.

    Neither is required, but Axolotl's images and its guides have mamba-ssm, and packed rows want both. The one kernel
    multiplies by out_proj's weight itself: Axolotl leaves it out for a rounded one of Nemotron-H, and spares
    Falcon-H1's. Granite's ends a run in 4 bits ("mat1 and mat2 shapes cannot be multiplied", examples/granite4), so
    that one which goes on has no kernels. Context parallelism wants the last state, which it does not give, and
    Axolotl 0.19 passes it by for Granite's packed rows (monkeypatch/models/granitemoehybrid/modeling.py, `force_slow`).
    """
    if model is None or "mamba" not in model.mixers:
        return "whole"
    granite = model.model_type == "granitemoehybrid"
    if context > 1 or (packs and granite):
        return "scanned"
    rounded = quantization != "none" and "out_proj" not in model.spared(quantization)
    if rounded and model.model_type == "nemotron_h":
        return "scanned"
    return "plain" if quantization == "nf4" and granite else "whole"
