"""What a checklist says of functions of the person's own: of rewards, and of what makes prompts of rows."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.rewards import BROUGHT, prompting, rolling, scoring
from wizard.domain.checklist import Needed
from wizard.domain.plan import Plan
from wizard.session.ports import Here

_SCORE = ("def {}(completions, **rest):", "    return [float(len(str(x))) for x in completions]")
"""The least that TRL takes: a number for each answer (trl 1.14.1 trainer/grpo_trainer.py)."""


def own_functions(plan: Plan, here: Here) -> Iterator[Needed]:
    """Each module that is imported from where the run is started, with its functions; a run dies without it."""
    scores, prompts = scoring(plan), (*rolling(plan), *prompting(plan))
    for module in dict.fromkeys(map(_module, (*scores, *prompts))):
        root = module.partition(".")[0]
        if root in BROUGHT or here.installed(root) is not None:
            continue
        own = [_function(name) for name in scores if _module(name) == module]
        others = [_function(name) for name in prompts if _module(name) == module]
        named = " and ".join(f"`{name}`" for name in (*own, *others))
        if module != root:
            yield Needed(f"your module {module} with {named}", file=root)
            continue
        sample = "" if others else "\n".join(f"echo '{line}' >> {module}.py" for line in _example(own))
        note = "yours to write; this makes an example, which scores long answers higher" if sample else "yours to write"
        yield Needed(f"{module}.py with {named} where the run is started", sample, note, file=f"{module}.py")


def _example(functions: list[str]) -> Iterator[str]:
    """The lines of these functions: each is a command of its own, so that none is wider than a screen."""
    for name in functions:
        yield from (line.format(name) for line in _SCORE)


def _module(name: str) -> str:
    return name.rpartition(".")[0]


def _function(name: str) -> str:
    return name.rpartition(".")[2]
