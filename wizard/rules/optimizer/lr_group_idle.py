"""MW594."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, schedule
from wizard.axolotl.lora import lora
from wizard.axolotl.targets import targeted
from wizard.axolotl.unfrozen import names, unfrozen_parameters
from wizard.domain.finding import Finding
from wizard.domain.model import Model, Tensor
from wizard.domain.nearest import did_you_mean
from wizard.domain.values import texts
from wizard.rules.registry import Rule, Subject, rule

_APART = ("embedding", "head")


@rule("MW594", "lr-group-idle", "warning", keys=("lr_groups",))
def lr_group_idle(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A group of `lr_groups` that no trained weight belongs to.

    What it checks
        Whether one of a group's `modules` is a part of the name of a weight that is trained: of the model's, or with
        LoRA of those that are adapted. Embeddings, the output layer, norms and biases never belong to a group. The
        model must be known, and its form exact.

    Why it matters
        Axolotl compares texts and says nothing where none fits: all is trained at `learning_rate`.

    Example
        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            lr_groups:
              - name: attention
                modules: [q_project]
                lr: 0.001

        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj]
            lr_groups:
              - name: gates
                modules: [gate_proj]
                lr: 0.001

        Good:
            base_model: HuggingFaceTB/SmolLM2-135M
            lr_groups:
              - name: attention
                modules: [q_proj, k_proj]
                lr: 0.001

    Fix
        Names as the model has them. There is none to apply: what was meant is not known.

    Source
        axolotl 0.19.0 and 0.21.0 core/trainers/mixins/optimizer.py:83-110 (trained with on a CPU)
    """
    plan, model = subject.plan, subject.model
    if model is None or not model.exact or unfrozen_parameters(plan) or plan.get("lora_model_dir"):
        return
    if adapters.adapter(plan) is not None and not adapters.built_in(plan):
        return
    trained = [tensor for tensor in model.tensors if _trained(subject, model, tensor)]
    every = [name for tensor in trained for name in names(tensor)]
    for place, group in schedule.lr_groups(plan):
        modules = texts(group.get("modules"))
        if modules and not any(module in name for module in modules for name in every):
            near = did_you_mean(modules[0], tuple(dict.fromkeys(tensor.module for tensor in trained)))
            said = f"lr_groups[{place}]: no weight that is trained at a rate of its own has {' or '.join(modules)}"
            yield self.finding(f"{said} in its name.{near}", f"lr_groups[{place}].modules", plan=plan)


def _trained(subject: Subject, model: Model, tensor: Tensor) -> bool:
    """Whether it can belong to a group: what is adapted, else all that decays."""
    if tensor.kind in (*_APART, "norm", "bias"):
        return False
    made = lora(subject.plan, model, subject.gpus)
    return made is None or tensor.kind == "experts" or targeted(model, tensor, made)
