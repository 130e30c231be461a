"""MW627."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.mesh import context_parallel_size, expert_parallel_size, laid_out, size, without_sizes
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule
from wizard.rules.sharding._common import gpus


@rule(
    "MW627",
    "parallel-sizes-and-gpus",
    "error",
    fix="unsafe",
    keys=(
        "tensor_parallel_size",
        "context_parallel_size",
        "sequence_parallel_degree",
        "dp_shard_size",
        "dp_replicate_size",
    ),
    crashes="The configured parallelisms are incompatible with the current world size",
)
def parallel_sizes_and_gpus(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Parallel sizes that do not multiply to the number of GPUs.

    What it checks
        With a known machine and without expert parallelism: the product of `tensor_parallel_size`,
        `context_parallel_size`, `dp_replicate_size` and `dp_shard_size`, where the last is filled up to the number
        of GPUs if it is not set.

    Why it matters
        Every GPU has one place in the mesh, so another product can't be laid out. Axolotl stops when it loads the
        model, after the data were prepared.

    Example
        Bad on 2xa100-80gb:
            tensor_parallel_size: 4

        Good on 2xa100-80gb:
            tensor_parallel_size: 2

    Fix
        The sizes go, and every GPU has rows of its own. Unsafe: each then holds whole rows and layers; other sizes
        whose product is the number of GPUs may be what was meant.

    Source
        axolotl 0.19.0 utils/distributed.py:320 (read)
    """
    plan, count = subject.plan, gpus(subject)
    names = ("tensor_parallel_size", "dp_replicate_size", "dp_shard_size")
    used = {key: size(plan, key) for key in names if size(plan, key) > 1}
    if context_parallel_size(plan) > 1:
        used["context_parallel_size"] = context_parallel_size(plan)
    if count is None or not used or expert_parallel_size(plan) > 1 or laid_out(plan, count) == count:
        return
    sizes = " x ".join(f"{key} {value}" for key, value in used.items())
    message = f"{sizes} do not fill {count} GPU{'s' if count > 1 else ''}: Axolotl stops when it loads the model"
    fix = Fix(without_sizes(plan, count), "unsafe", "no parallel sizes")
    yield self.finding(message, *used, plan=plan, fix=fix)
