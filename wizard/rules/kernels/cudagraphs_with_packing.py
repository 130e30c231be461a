"""MW560."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import mapping
from wizard.rules.registry import Rule, Subject, rule

_GRAPHS = "triton.cudagraphs"


@rule(
    "MW560",
    "cudagraphs-with-packing",
    "warning",
    fix="safe",
    keys=("torch_compile_options",),
    quotes="CUDA graphs require static shapes",
)
def cudagraphs_with_packing(self: Rule, subject: Subject) -> Iterator[Finding]:
    """CUDA graphs with packed rows.

    What it checks
        `triton.cudagraphs` inside `torch_compile_options` is on, and `sample_packing` is.

    Why it matters
        A CUDA graph replays one shape. Packed rows hold another set of documents each step: the graph is
        recorded again, or not used, and every recording keeps memory of its own. Axolotl warns.

    Example
        Bad:
            torch_compile: true
            torch_compile_options:
              triton.cudagraphs: true
            sample_packing: true
            pad_to_sequence_len: true

        Good:
            torch_compile: true
            torch_compile_options:
              shape_padding: true
            sample_packing: true
            pad_to_sequence_len: true

    Fix
        The flag goes. Safe: graphs change the speed alone.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1660 (executed)
    """
    plan = subject.plan
    options = mapping(plan, "torch_compile_options")
    if not options.get(_GRAPHS) or not packing.sample_packing(plan):
        return
    message = f"{_GRAPHS} with sample_packing: packed rows change shape each step, so graphs are recorded in vain"
    left = {key: value for key, value in options.items() if key != _GRAPHS}
    fix = Fix({"torch_compile_options": left or REMOVE}, "safe", f"no {_GRAPHS}")
    yield self.finding(message, "torch_compile_options", "sample_packing", plan=plan, fix=fix)
