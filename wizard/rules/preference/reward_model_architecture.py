"""MW797."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import preference
from wizard.axolotl.architectures import RunsOn
from wizard.domain.finding import Finding
from wizard.knowledge.axolotl.architectures import Feature
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW797",
    "reward-model-architecture",
    "error",
    keys=("reward_model", "process_reward_model"),
    crashes=("Unrecognized configuration class",),
)
def reward_model_architecture(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A reward model of an architecture that transformers has no scoring head for.

    What it checks
        `reward_model` is on, and `AutoModelForSequenceClassification` was tried on the architecture and does not know
        it; the same of `process_reward_model` and `AutoModelForTokenClassification`. The model must be known.

    Why it matters
        Axolotl stops as it loads the model: "Unrecognized configuration class ... for this kind of AutoModel". The
        validator, which sees no model, takes the file.

    Example
        Bad:
            base_model: LiquidAI/LFM2-1.2B
            reward_model: true
            num_labels: 1

        Bad:
            base_model: Qwen/Qwen2.5-VL-3B-Instruct
            process_reward_model: true
            num_labels: 2

        Good:
            base_model: Qwen/Qwen3-1.7B
            reward_model: true
            num_labels: 1

    Fix
        None: take a model of another architecture, such as Llama, Qwen3 or Gemma 3.

    Source
        transformers 5.16.1 and 5.20.1 models/auto/modeling_auto.py (executed on small models of each architecture)
    """
    plan, model = subject.plan, subject.model
    if model is None:
        return
    kinds: dict[Feature, bool] = {
        "reward_model": preference.reward_model(plan),
        "process_reward_model": preference.process_reward_model(plan),
    }
    place = RunsOn(model, subject.axolotl, subject.machine)
    for kind, wanted in kinds.items():
        if wanted and place.failure(kind) is not None:
            message = f"transformers has no scoring head for {model.architecture}: the run stops as the model is loaded"
            yield self.finding(message, kind, plan=plan)
