"""MW110."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.batch import groups
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule("MW110", "grpo-group-of-one", "error", keys=("trl",), quotes="GRPO requires `trl.num_generations >= 2`")
def grpo_group_of_one(self: Rule, subject: Subject) -> Iterator[Finding]:
    """GRPO with fewer than two answers a prompt.

    What it checks
        `rl: grpo` and `trl.num_generations` below 2.

    Why it matters
        GRPO compares the answers to one prompt with each other. Alone, an answer has no advantage over the
        others and nothing is learned; Axolotl refuses it.

    Example
        Bad:
            rl: grpo
            micro_batch_size: 2
            gradient_accumulation_steps: 4
            trl:
              num_generations: 1

        Good:
            rl: grpo
            micro_batch_size: 2
            gradient_accumulation_steps: 4
            trl:
              num_generations: 4

    Fix
        Set `trl.num_generations` to 2 or more; each answer more costs generation time and, where the
        batch grows with it, memory. 8 is TRL's own default.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:856 (executed)
    """
    found = groups(subject.plan)
    if found is None or found.size >= 2:
        return
    message = f"trl.num_generations {found.size}: GRPO compares answers to one prompt, so Axolotl wants at least 2"
    yield self.finding(message, "trl", "rl", plan=subject.plan)
