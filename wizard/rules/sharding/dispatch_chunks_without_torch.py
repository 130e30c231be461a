"""MW649."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import experts, mesh
from wizard.axolotl.plugins import EXPERT_PARALLEL, listed
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW649",
    "dispatch-chunks-without-torch",
    "error",
    fix="unsafe",
    keys=("expert_parallel_dispatch_chunks",),
    quotes="expert_parallel_dispatch_chunks > 1 requires expert_parallel_backend",
    axolotl_since="0.20",
)
def dispatch_chunks_without_torch(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`expert_parallel_dispatch_chunks` with DeepEP.

    What it checks
        `expert_parallel_dispatch_chunks` is above 1 and `expert_parallel_backend` is deep_ep.

    Why it matters
        Axolotl refuses the file: DeepEP sends the whole batch in one kernel.

    Example
        Bad:
            plugins: [axolotl.integrations.expert_parallel.ExpertParallelPlugin]
            expert_parallel_backend: deep_ep
            expert_parallel_dispatch_chunks: 2

        Good:
            plugins: [axolotl.integrations.expert_parallel.ExpertParallelPlugin]
            expert_parallel_backend: torch
            expert_parallel_dispatch_chunks: 2

    Fix
        `expert_parallel_backend: torch`. Not safe: other kernels send the tokens.

    Source
        axolotl 0.20.0 utils/schemas/validation.py:2088 (executed)
    """
    plan = subject.plan
    chunks = mesh.size(plan, "expert_parallel_dispatch_chunks")
    if chunks < 2 or experts.expert_parallel_backend(plan) != "deep_ep" or not listed(plan, EXPERT_PARALLEL):
        return
    message = f"expert_parallel_dispatch_chunks {chunks} with deep_ep: Axolotl refuses the file"
    fix = Fix({"expert_parallel_backend": "torch"}, "unsafe", "expert_parallel_backend: torch")
    yield self.finding(message, "expert_parallel_dispatch_chunks", "expert_parallel_backend", plan=plan, fix=fix)
