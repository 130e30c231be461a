"""What context parallelism passes and leaves, by formula."""

from __future__ import annotations

from typing import Any

from tests.builders import FULL, machine, model
from wizard.axolotl.effective import effective
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.memory.passed import passed_bytes
from wizard.memory.phases import estimate

Q, K, LAYERS, LENGTH = 4096, 1024, 32, 32768
RING: dict[str, Any] = {"context_parallel": {"size": 4, "backend": "ring"}, "sample_packing": True}
NINETEEN = Version(0, 19)


def passed(version: Version | None = None, **changes: Any) -> float:
    plan = Plan({**FULL, "sequence_len": LENGTH, **changes}, axolotl=version)
    return passed_bytes(model(), effective(plan, model(), machine("8xh100-80gb")))


def test_ulysses_sends_queries_keys_and_values_and_keeps_its_heads_result() -> None:
    share = LENGTH // 4
    assert passed(context_parallel_size=4) == (6 * Q + 8 * K + 2 * Q) * share
    whole = passed(context_parallel_size=4, gradient_checkpointing=False)
    assert whole == (6 * Q + 8 * K + LAYERS * 2 * Q) * share


def test_a_gathered_ring_holds_keys_and_values_of_all() -> None:
    share = LENGTH // 4
    assert passed(**RING) == (12 * K * 4 + 4 * K * 3) * share
    assert passed(**RING, gradient_checkpointing=False) == (12 * K * 4 + LAYERS * 4 * K * 3) * share


def test_0_19_passes_a_head_at_a_time_where_rows_are_packed() -> None:
    share = LENGTH // 4
    assert passed(NINETEEN, context_parallel_size=4, sample_packing=True) == 8 * 128 * 4 * share
    assert passed(NINETEEN, context_parallel_size=4) == (8 * Q + 24 * K) * share


def test_a_whole_sequence_passes_nothing_and_the_cause_has_its_name() -> None:
    assert passed() == 0
    plan = Plan({**FULL, "context_parallel_size": 4, "sequence_len": LENGTH})
    causes = {cause.name: cause.more for cause in estimate(plan, model(), machine("8xh100-80gb")).causes}
    assert causes["what Ulysses passes between GPUs"] == passed(context_parallel_size=4)
