"""MW364."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.quantization import block
from wizard.domain.finding import Finding
from wizard.domain.values import on
from wizard.domain.version import Version
from wizard.rules.quantization._common import DTYPES, dtype
from wizard.rules.registry import Rule, Subject, rule

_PAIRS = frozenset({(None, "int4"), ("int8", "int4"), ("float8_e4m3fn", "float8_e4m3fn"), ("float8_e4m3fn", "int4")})
"""Dtypes of activations and weights. With mxfp4 any activations go, with nvfp4 its own or
none: other ones were left out without a word by 0.19."""
_ASKS_OF_NVFP4 = Version(0, 20)


@rule(
    "MW364",
    "quantization-pair",
    "warning",
    keys=("qat", "quantization"),
    crashes=("NVFP4 weights support only NVFP4 or unquantized activations",),
)
def quantization_pair(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Dtypes of weights and activations that torchao has no quantization for.

    What it checks
        In `qat` and `quantization` the pair must be int4 weights with no, int8 or fp8 activations, fp8 with fp8,
        mxfp4, nvfp4 with no activations or its own (0.19 takes any); in `qat` ternary too. `weight_dtype` is int8 where
        it is not set, which goes with nothing.
        `quantize_embedding` quantizes weights alone and needs int4, nvfp4 or mxfp4, or ternary.

    Why it matters
        The file is accepted. With `qat` training then stops once the model is loaded, with `quantization` the
        command `axolotl quantize` stops ("Int8WeightOnlyConfig is not supported by torchao QAT", "Invalid
        activation/weight dtype combination").

    Example
        Bad:
            qat:
              fake_quant_after_n_steps: 100

        Bad:
            qat:
              activation_dtype: int8
              weight_dtype: int8

        Bad:
            quantization:
              weight_dtype: fp8

        Bad:
            qat:
              activation_dtype: int8
              weight_dtype: nvfp4

        Good:
            qat:
              activation_dtype: int8
              weight_dtype: int4

        Good:
            quantization:
              activation_dtype: fp8
              weight_dtype: fp8

    Fix
        Take one of the pairs: `activation_dtype: int8` with `weight_dtype: int4` is the usual one.

    Source
        axolotl 0.19.0 utils/quantization.py:50 (executed without torchao); 0.20.0 :130 and 0.21.0 :128-142 (read)
    """
    plan = subject.plan
    for key in ("qat", "quantization"):
        settings = block(plan, key)
        if settings is None:
            continue
        weights = dtype(settings["weight_dtype"]) if "weight_dtype" in settings else "int8"
        activations = dtype(settings.get("activation_dtype"))
        if weights not in DTYPES or activations not in (None, *DTYPES):
            continue  # Axolotl refuses the dtype itself
        alone = weights == "nvfp4" and subject.axolotl >= _ASKS_OF_NVFP4 and activations not in (None, "nvfp4")
        if (not alone and weights in ("nvfp4", "mxfp4")) or (key == "qat" and weights == "ternary"):
            continue
        stops = "training stops after the model's load" if key == "qat" else "axolotl quantize stops"
        if (activations, weights) not in _PAIRS:
            message = f"{key}: {weights} weights with {activations or 'no'} activations don't exist: {stops}"
            yield self.finding(message, key, plan=plan)
        elif on(settings.get("quantize_embedding")) and weights != "int4":
            message = f"{key}: quantize_embedding with {weights} weights does not exist: {stops}"
            yield self.finding(message, key, plan=plan)
