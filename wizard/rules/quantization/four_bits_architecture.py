"""MW395."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.architectures import RunsOn, exact_changes, four_bits_failure
from wizard.axolotl.base import class_of_transformers
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW395",
    "four-bits-architecture",
    "error",
    fix="unsafe",
    keys=("load_in_4bit",),
    crashes=("is invalid for input of size",),
)
def four_bits_architecture(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A base in 4 bits of an architecture whose rounded weights Axolotl then converts.

    What it checks
        `load_in_4bit` is on, and the architecture is one on which that was tried with a small model and failed. Its
        type must be known.

    Why it matters
        Axolotl turns norms, embeddings and every module called `gate` to fp32. Where bitsandbytes has rounded one of
        them, as Falcon-H1's lm_head and the router of Trinity (afmoe), the packed numbers themselves are converted:
        the weights are noise from then on. bitsandbytes says so on a CPU, by their wrong size; a GPU's kernels take
        them by their address, and need not.

    Example
        Bad:
            base_model: tiiuae/Falcon-H1-0.5B-Base
            adapter: qlora
            load_in_4bit: true

        Good:
            base_model: tiiuae/Falcon-H1-0.5B-Base
            adapter: lora
            load_in_4bit: false

    Fix
        LoRA on the base in 16 bits. Unsafe: it takes more memory.

    Source
        axolotl 0.19.0 and 0.21.0 loaders/model.py _convert_embedding_modules_dtype (0.21.0: :1446, executed)
    """
    plan = subject.plan
    place = RunsOn(subject.model, subject.axolotl, subject.machine, class_of_transformers(plan, subject.model))
    if four_bits_failure(plan, place) is None:
        return
    message = f"load_in_4bit on {place.architecture}: Axolotl converts weights that are rounded, and they become noise"
    fix = Fix(exact_changes(plan, place), "unsafe", "adapter: lora, load_in_4bit: false")
    yield self.finding(message, "load_in_4bit", plan=plan, fix=fix)
