"""MW923."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.axolotl.targets import expert_ranks, targeted
from wizard.domain.finding import Finding
from wizard.domain.model import Model
from wizard.domain.patterns import compiled
from wizard.domain.values import mapping
from wizard.rules.registry import Rule, Subject, rule

_PATTERNS = ("lora_rank_pattern", "lora_alpha_pattern")


@rule("MW923", "pattern-matches-nothing", "warning", keys=(*_PATTERNS, "lora_target_parameters"))
def pattern_matches_nothing(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A name in `lora_rank_pattern`, `lora_alpha_pattern` or `lora_target_parameters` that nothing has.

    What it checks
        Each key of the two patterns, an expression for the end of a module's path, against what LoRA adapts; each of
        `lora_target_parameters` against the model's stacked experts. The model must be known, and its form exact.

    Why it matters
        PEFT says nothing of what it does not find: the layers that were meant have the rank of all others, the experts
        are not trained.

    Example
        Bad:
            base_model: Qwen/Qwen3-0.6B
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj, v_proj]
            lora_rank_pattern:
              k_proj: 32

        Bad:
            base_model: Qwen/Qwen3-30B-A3B
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj, v_proj]
            lora_target_parameters: [mlp.expert.gate_up_proj]

        Good:
            base_model: Qwen/Qwen3-0.6B
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj, v_proj]
            lora_rank_pattern:
              q_proj: 32

    Fix
        The name as the model has it. There is none to apply.

    Source
        peft 0.20.0 and 0.21.2 utils/other.py, get_pattern_key; tuners/tuners_utils.py (executed on a CPU)
    """
    plan, model, lora = subject.plan, subject.model, subject.effective.lora
    if model is None or lora is None or not model.exact or model.multimodal or not adapters.makes_lora(plan):
        return
    ranks = expert_ranks(model, lora)
    paths = [tensor.path for tensor in model.tensors if targeted(model, tensor, lora) or tensor.module in ranks]
    for key in _PATTERNS:
        idle = [name for name in mapping(plan, key) if not _found(str(name), paths, model)]
        if idle:
            message = f"{key}: {', '.join(map(str, idle))} is of no module that LoRA adapts: it does nothing"
            yield self.finding(message, key, plan=plan)
    stacks = [tensor.path for tensor in model.tensors]
    absent = [name for name in adapters.lora_target_parameters(plan) if not _ends(name, stacks, model)]
    if absent:
        message = f"lora_target_parameters: this model has no {', '.join(absent)}: nothing is adapted there"
        yield self.finding(message, "lora_target_parameters", plan=plan)


def _found(name: str, paths: list[str], model: Model) -> bool:
    """Whether an expression fits the end of a path, in some layer; True where it is none that can be tried."""
    expression = compiled(rf"(.*\.)?({name})")
    if expression is None:
        return True
    return any(expression.fullmatch(path.replace("*", str(layer))) for path in paths for layer in range(model.layers))


def _ends(name: str, paths: list[str], model: Model) -> bool:
    """Whether a parameter's name is the end of a path; a name of a weight too."""
    bare = name.removesuffix(".weight").removesuffix(".bias")
    wanted = [path.replace("*", str(layer)) for path in paths for layer in range(model.layers)]
    return any(path == bare or path.endswith(f".{bare}") for path in wanted)
