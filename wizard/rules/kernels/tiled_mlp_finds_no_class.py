"""MW970."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.kernels import expert_backend
from wizard.axolotl.tiled_mlp import tiled_mlp
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.knowledge.load import toml
from wizard.rules.registry import Rule, Subject, rule

_NAMES = ("tiled_mlp", "tiled_mlp_num_shards", "tiled_mlp_use_original_mlp")


@rule("MW970", "tiled-mlp-finds-no-class", "error", fix="unsafe", keys=("tiled_mlp",),
      crashes="Could not import MLP class for model_type")  # fmt: skip
def tiled_mlp_finds_no_class(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`tiled_mlp` with a model whose feed-forwards have a class of another name.

    What it checks
        `tiled_mlp` is on, and transformers has no class for this model type of the name that Axolotl looks for. A
        mixture with `use_scattermoe` is left alone: its block is tiled then.

    Why it matters
        Axolotl looks for the name of the model with MLP or TextMLP behind it, in the module of its model type. Where
        there is none the run stops before the model is loaded: "Could not import MLP class for model_type".

    Example
        Bad:
            base_model: mistralai/Mixtral-8x7B-v0.1
            tiled_mlp: true

        Good:
            base_model: Qwen/Qwen3-8B
            tiled_mlp: true

    Fix
        Takes `tiled_mlp` out. Not safe: rows that long may not fit without it.

    Source
        axolotl 0.19.0 and 0.21.0 monkeypatch/tiled_mlp/patch.py (patch_tiled_mlp, executed)
    """
    plan, model = subject.plan, subject.model
    if model is None or not tiled_mlp(plan):
        return
    if model.moe and (flag(plan.get("use_scattermoe")) or expert_backend(plan) == "scattermoe"):
        return
    if model.architecture not in toml("axolotl/classes")["no_tiled_mlp"]:
        return
    message = (
        f"tiled_mlp finds no feed-forward of {model.architecture} by its name: the run stops before the model loads"
    )
    changes = {name: REMOVE for name in _NAMES if name in plan}
    yield self.finding(message, "tiled_mlp", plan=plan, fix=Fix(changes, "unsafe", "without tiled_mlp"))
