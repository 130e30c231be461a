"""MW975."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import preference
from wizard.domain.finding import Finding
from wizard.knowledge.axolotl.least import least
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW975",
    "number-below-least",
    "error",
    keys={row.name for row in least()},
    crashes=(
        "must be an integer bigger than 0, got",
        "chunk expects `chunks` to be greater than 0",
        "selected index k out of range",
        "Negative dimensions are not allowed",
        "height and width must be > 0",
        "batch_size should be a positive integer value",
        "max(): Expected reduction dim to be specified",
        "number too small to fit in target type",
        "__len__() should return >= 0",
    ),
)
def number_below_least(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A number that Axolotl takes and that no run gets through with.

    What it checks
        Where it is read: `torch_empty_cache_steps`, `tiled_mlp_num_shards`, `image_size`, `lisa_n_layers` and
        `trl.generation_batch_size` below 1; `chunked_cross_entropy_num_chunks`, `eaft_k`, `num_labels`,
        `trl.num_iterations` and the numbers of `fix_untrained_tokens` below 0.

    Why it matters
        -1 is often meant for "none" or "all", and Axolotl takes any number. torch or transformers does not: the run
        dies when the trainer is made, or at its first step, with the model loaded and the data read.

    Example
        Bad:
            torch_empty_cache_steps: 0

        Bad:
            use_eaft: true
            eaft_k: -1

        Good:
            torch_empty_cache_steps: 10

    Fix
        Leave the key out for what Axolotl does without it. There is none to apply: what was meant is not known.

    Source
        wizard/knowledge/axolotl/least.toml: axolotl 0.21.0, trained with each on a CPU (executed)
    """
    for row in least():
        number = row.below(subject.plan, preference.rl(subject.plan))
        if number is not None:
            message = f"{row.key}: {number} is below {row.least}, the least that runs: the run dies {row.when}"
            yield self.finding(message, row.key, plan=subject.plan)
