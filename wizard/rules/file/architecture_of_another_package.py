"""MW985."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.base import architecture
from wizard.domain.finding import Finding
from wizard.knowledge.axolotl.packages import type_packages
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW985",
    "architecture-of-another-package",
    "warning",
    keys=("base_model",),
    crashes=("requires the timm library", "Package `num2words` is required"),
)
def architecture_of_another_package(self: Rule, subject: Subject) -> Iterator[Finding]:
    """An architecture that transformers builds with a package that Axolotl does not bring.

    What it checks
        The base model is a Gemma 3n, FastVLM or Perception-LM, whose vision tower is one of timm's, or a SmolVLM, whose
        processor asks for num2words. The type must be known: a config.json, or an id that is well known.

    Why it matters
        `pip install axolotl` brings neither. Where timm is missing the run dies as the model is loaded, after the data
        is prepared, text alone or not: "TimmWrapperModel requires the timm library"; without num2words before that.

    Example
        Bad:
            base_model: google/gemma-3n-E2B-it

        Good:
            base_model: google/gemma-3-4b-it

    Fix
        Install it first. There is none to apply: what is installed where it trains is not known here.

    Source
        axolotl 0.19.0, 0.20.0 and 0.21.0 METADATA (neither); transformers 5.20.1 models/timm_wrapper, models/smolvlm
        (small models, executed: Gemma 3n trains with timm, and dies without)
    """
    plan = subject.plan
    kind = architecture(plan, subject.model)
    for one in type_packages(kind, subject.axolotl):
        message = f"{kind} needs {one.package}, which Axolotl does not bring, or the run dies {one.dies}: {one.command}"
        yield self.finding(message, "base_model", plan=plan)
