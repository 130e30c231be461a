"""MW558."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import mapping
from wizard.rules.kernels._common import joined
from wizard.rules.registry import Rule, Subject, rule

_ALLOWED = frozenset(
    {
        "coordinate_descent_tuning",
        "coordinate_descent_check_all_directions",
        "shape_padding",
        "epilogue_fusion",
        "max_autotune_gemm",
        "fx_graph_cache",
        "assume_aligned_inputs",
        "comprehensive_padding",
        "decompose_mem_bound_mm",
        "triton.cudagraphs",
    }
)
"""INDUCTOR_COMPILE_OPTIONS_ALLOWLIST, axolotl 0.19.0 utils/schemas/enums.py:179."""


@rule(
    "MW558",
    "compile-option-disallowed",
    "error",
    fix="unsafe",
    keys=("torch_compile_options",),
    quotes="torch_compile_options contains disallowed inductor flags",
)
def compile_option_disallowed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A `torch_compile_options` flag that Axolotl does not let through.

    What it checks
        Each key of `torch_compile_options` against the ten that Axolotl 0.19 allows.

    Why it matters
        Axolotl sets these flags on torch's inductor for the whole process, and refuses a config with any other.

    Example
        Bad:
            torch_compile: true
            torch_compile_options:
              max_autotune: true

        Good:
            torch_compile: true
            torch_compile_options:
              max_autotune_gemm: true

    Fix
        The flags go. Not safe: what they were meant for is not done.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1636 (executed)
    """
    plan = subject.plan
    options = mapping(plan, "torch_compile_options")
    bad = [str(key) for key in options if key not in _ALLOWED]
    if not bad:
        return
    message = f"torch_compile_options does not take {joined(bad)}: Axolotl refuses the config"
    left = {key: value for key, value in options.items() if key in _ALLOWED}
    fix = Fix({"torch_compile_options": left or REMOVE}, "unsafe", f"no {joined(bad)} in torch_compile_options")
    yield self.finding(message, "torch_compile_options", plan=plan, fix=fix)
