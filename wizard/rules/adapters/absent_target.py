"""MW337."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from wizard.axolotl.adapters import ALL_LINEAR, makes_lora
from wizard.axolotl.targets import module_paths, moved
from wizard.axolotl.unfrozen import names
from wizard.domain.finding import Finding, Fix, Severity
from wizard.domain.model import Model
from wizard.domain.nearest import closest
from wizard.domain.patterns import compiled
from wizard.rules.registry import Rule, Subject, rule

_COMPARED = 100
"""Absent names that a near one is looked for."""


@rule(
    "MW337",
    "absent-target",
    "error",
    fix="unsafe",
    keys=("lora_target_modules",),
    crashes="not found in the base model. Please check the target modules",
)
def absent_target(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A LoRA target that the base model does not have.

    What it checks
        Each entry of a list of `lora_target_modules` against the ends of the paths of the model's modules, and one
        text, which is a regular expression, against their whole paths. In a list nothing is an expression. The model
        must be known, and its form exact.

    Why it matters
        PEFT adapts what it finds and says nothing of the rest: a typo, or names of another architecture (q_proj in a
        model that has qkv_proj), leave layers untrained: a warning. Where no name is found the run dies after
        the model's load ("Target modules not found in the base model").

    Example
        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, k_proj, v_porj, o_proj]

        Bad:
            base_model: microsoft/Phi-3-mini-4k-instruct
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, k_proj, v_proj]

        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: "self_attn.q_proj"

        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [".*q_proj"]

        Good:
            base_model: HuggingFaceTB/SmolLM2-135M
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj]

    Fix
        The nearest name that the model has in place of each, or nothing where none is near; where none is found at
        all `lora_target_linear: true`. The one expression of a list as a text. Not safe: other layers are trained.

    Source
        peft 0.20.0 tuners/tuners_utils.py:990 (executed with a tiny model)
    """
    plan, model, lora = subject.plan, subject.model, subject.effective.lora
    if model is None or lora is None or not model.exact or not makes_lora(plan):
        return
    if lora.pattern is not None and not lora.linear and not lora.parameters and not _reaches(lora.pattern, model):
        message = (
            f"lora_target_modules: no module's whole path is as {lora.pattern}: PEFT raises after the model's load"
        )
        fix = Fix({"lora_target_modules": None, "lora_target_linear": True}, "unsafe", "lora_target_linear: true")
        yield self.finding(message, "lora_target_modules", plan=plan, fix=fix)
        return
    if not lora.modules:
        return
    absent = [name for name in lora.modules if not _has(model, name)]
    if not absent:
        return
    near = [closest(name, tuple(sorted(model.linear_names)), 0.75) for name in absent[:_COMPARED]]
    gone = set(absent)
    kept = [name for name in lora.modules if name not in gone]
    alone = not kept and not lora.linear and not lora.parameters
    named = ", ".join(absent)
    message = f"lora_target_modules: this model has no {named}: " + (
        "PEFT raises after the model's load" if alone else "PEFT leaves it out without a word"
    )
    text = absent[0] if len(lora.modules) == 1 and not absent[0].isidentifier() else None
    fixed = list(dict.fromkeys([*kept, *(name for name in near if name is not None)]))
    if text is not None and compiled(text) is not None and _reaches(text, model):
        fix = Fix({"lora_target_modules": text}, "unsafe", f"lora_target_modules: {text}, as a text")
    elif fixed:
        fix = Fix({"lora_target_modules": fixed}, "unsafe", f"lora_target_modules: {', '.join(fixed)}")
    else:
        fix = Fix({"lora_target_modules": None, "lora_target_linear": True}, "unsafe", "lora_target_linear: true")
    severity: Severity = "error" if alone else "warning"
    yield self.finding(message, "lora_target_modules", plan=plan, severity=severity, fix=fix)


def _has(model: Model, name: str) -> bool:
    """Whether a path ends with it; `all-linear` in a list is told elsewhere (MW911)."""
    if name.isidentifier():
        return name in _parts(model) or name in moved(model)
    return name == ALL_LINEAR or any(path == name or path.endswith(f".{name}") for path in module_paths(model))


def _reaches(pattern: str, model: Model) -> bool:
    """Whether it matches the path of a module; one that Python can't read is told elsewhere (MW317)."""
    found = compiled(pattern)
    if found is None:
        return True
    paths = module_paths(model) | {
        name for tensor in model.tensors if tensor.kind == "experts" for name in names(tensor)
    }
    return any(map(found.fullmatch, paths))


@lru_cache(maxsize=64)
def _parts(model: Model) -> frozenset[str]:
    """Every part of every path; a tied output layer has a module without a tensor of its own."""
    return frozenset(part for tensor in model.tensors for part in tensor.path.split(".")) | {"lm_head", "embed_out"}
