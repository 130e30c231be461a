"""MW365."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.quantization import block
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule

_GROUPS = {"nvfp4": 16, "mxfp4": 32}


@rule("MW365", "quantization-group-size", "warning", fix="unsafe", keys=("qat", "quantization"))
def quantization_group_size(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A group size that nvfp4 or mxfp4 does not have.

    What it checks
        In `qat` and `quantization`: `weight_dtype: nvfp4` needs `group_size: 16`, and the default is 32; mxfp4 needs
        32. A null takes the format's own.

    Why it matters
        The file is accepted. With `qat` training then stops once the model is loaded, with `quantization` the
        command `axolotl quantize` stops ("NVFP4 quantization must use a group_size of 16").

    Example
        Bad:
            qat:
              weight_dtype: nvfp4

        Bad:
            quantization:
              weight_dtype: mxfp4
              group_size: 16

        Good:
            qat:
              weight_dtype: nvfp4
              group_size: 16

    Fix
        The format's own group size. Not safe, though nothing else runs.

    Source
        axolotl 0.19.0 utils/quantization.py:113 and :122 (executed without torchao)
    """
    plan = subject.plan
    for key in ("qat", "quantization"):
        settings = block(plan, key)
        if not settings or not isinstance(settings.get("weight_dtype"), str):
            continue
        kind = str(settings["weight_dtype"])
        wanted, size = _GROUPS.get(kind), settings.get("group_size", 32)
        if wanted is None or size is None or number(size, wanted) == wanted:
            continue
        stops = "training stops after the model's load" if key == "qat" else "axolotl quantize stops"
        fix = Fix({key: {**settings, "group_size": wanted}}, "unsafe", f"group_size: {wanted}")
        written = size if "group_size" in settings else f"{size} by default"
        message = f"{key}: {kind} needs group_size {wanted} and has {written}: {stops}"
        yield self.finding(message, key, plan=plan, fix=fix)
