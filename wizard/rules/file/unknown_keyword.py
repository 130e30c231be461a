"""MW818."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import checkpointing
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.keywords import keywords
from wizard.knowledge.axolotl.shapes import written
from wizard.knowledge.axolotl.versions import known
from wizard.rules.file._common import near_key, renamed
from wizard.rules.registry import Rule, Subject, rule

_CHECKPOINTING = "gradient_checkpointing_kwargs"


@rule(
    "MW818",
    "unknown-keyword",
    "error",
    fix="unsafe",
    keys=(_CHECKPOINTING, "accelerator_config", "flex_attn_compile_kwargs", "bnb_config_kwargs"),
    crashes=("Unexpected keyword arguments", "got an unexpected keyword argument"),
)
def unknown_keyword(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A key in a block that is handed to a library as it is, which the library does not take.

    What it checks
        The keys of `gradient_checkpointing_kwargs`, `accelerator_config`, `flex_attn_compile_kwargs` and
        `bnb_config_kwargs` against what the function takes that gets them. It is a warning where the key is dropped
        without a word by every version: in `bnb_config_kwargs`, and where checkpointing is not reentrant or off.

    Why it matters
        Axolotl takes any key there. `use_rentrant: false` passes its checks, loads the model and dies at the first
        step with "ValueError: Unexpected keyword arguments: use_rentrant".

    Example
        Bad:
            gradient_checkpointing: true
            gradient_checkpointing_kwargs:
              use_rentrant: false

        Good:
            gradient_checkpointing: true
            gradient_checkpointing_kwargs:
              use_reentrant: false

    Fix
        The key takes the nearest name where one is near. Not safe: the setting begins to work.

    Source
        torch 2.13.0 torch/utils/checkpoint.py:499, transformers 5.16.1 trainer_pt_utils.py; trained with axolotl
        0.19.0 and 0.21.0 on a CPU (executed): 0.21 makes checkpointing non-reentrant where nothing is written, so
        that the key is dropped
    """
    plan = subject.plan
    for key, library in keywords().items():
        block = plan.values.get(key)
        if not isinstance(block, dict):
            continue
        dies = library.dies and (key != _CHECKPOINTING or checkpointing.calls_reentrant(plan, subject.axolotl))
        old = library.dies and key == _CHECKPOINTING and checkpointing.calls_reentrant(plan, known()[0])
        end = f"the run dies of it: {library.dies}" if dies else "it is dropped without a word"
        if old and not dies:  # what is written does nothing here, and is no file to hand on
            end += f" by Axolotl {subject.axolotl}, and older ones die of it: {library.dies}"
        for name in map(str, block):
            if name not in library.takes:
                message = f"{written(key, (name,))} is nothing that {library.to} takes: {end}"
                yield _finding(self, plan, (key, name), message, library.takes, dies=bool(dies or old))


def _finding(
    self: Rule, plan: Plan, place: tuple[str, str], message: str, takes: tuple[str, ...], *, dies: bool
) -> Finding:
    key, name = place
    block, near, fix = plan.values[key], near_key(name, takes), None
    if near is not None:
        message += f"; did you mean {near}?"
        if isinstance(block, dict) and near not in block:
            fix = Fix({key: renamed(block, (name,), near)}, "unsafe", f"{near} in place of {name}")
    return self.finding(message, written(key, (name,)), plan=plan, severity=None if dies else "warning", fix=fix)
