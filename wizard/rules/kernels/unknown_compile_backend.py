"""MW589."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import precision
from wizard.domain.finding import Finding, Fix
from wizard.domain.nearest import closest
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_KNOWN = (
    "no", "eager", "aot_eager", "inductor", "aot_ts_nvfuser", "nvprims_nvfuser", "cudagraphs", "ofi", "fx2trt",
    "onnxrt", "tensorrt", "aot_torchxla_trace_once", "torchxla_trace_once", "tvm", "hpu_backend", "neuron",
)  # fmt: skip


@rule(
    "MW589",
    "unknown-compile-backend",
    "error",
    fix="unsafe",
    keys=("torch_compile_backend",),
    crashes="is not a valid DynamoBackend",
)
def unknown_compile_backend(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A backend of torch.compile that accelerate does not know.

    What it checks
        `torch_compile_backend` beside `torch_compile`, in small or capital letters, against accelerate's names.

    Why it matters
        Axolotl takes any text. The run dies when the trainer is made, after the data is prepared and the model loaded.

    Example
        Bad:
            torch_compile: true
            torch_compile_backend: inductr

        Good:
            torch_compile: true
            torch_compile_backend: inductor

    Fix
        The nearest name, or no key, which is inductor. Not safe: another one may be meant.

    Source
        accelerate 1.13.0 utils/dataclasses.py DynamoBackend (1.15.0 has neuron beside them); axolotl 0.19.0
        core/builders/base.py:528 (executed)
    """
    plan = subject.plan
    name = plan.get("torch_compile_backend")
    if not isinstance(name, str) or name.lower() in _KNOWN or not precision.compiles(plan):
        return
    near = closest(name.lower(), _KNOWN, 0.6)
    message = f"torch_compile_backend: {name} is none that accelerate knows: the run dies when the trainer is made"
    fix = Fix({"torch_compile_backend": near or REMOVE}, "unsafe", f"torch_compile_backend: {near or 'inductor'}")
    yield self.finding(message, "torch_compile_backend", plan=plan, fix=fix)
