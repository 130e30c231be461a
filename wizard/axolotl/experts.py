"""How tokens are sent to the experts of other GPUs: `expert_parallel_backend`.

Source: axolotl 0.20.0 and 0.21.0 utils/schemas/validation.py, `_resolved_expert_parallel_backend`.
"""

from __future__ import annotations

from wizard.domain.plan import Plan


def expert_parallel_backend(plan: Plan) -> str:
    """What sends them: `auto` where nothing is written, which is `torch` without DeepEP."""
    written = plan.get("expert_parallel_backend")
    return written if isinstance(written, str) else "auto"
