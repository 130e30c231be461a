"""The kinds of launch, by the word that a person names one with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wizard.domain.errors import InputError
from wizard.domain.plan import Plan
from wizard.output.launch import accelerate, ray, sky, slurm, torchrun
from wizard.output.launch.launch import Launch


def _nothing(launch: Launch) -> dict[str, object]:
    return {}


@dataclass(frozen=True, slots=True)
class Kind:
    """`texts`: the files by name. `command`: what to type. `changes`: what the config has to say. `about`: for whom."""

    texts: Callable[[Launch], dict[str, str]]
    command: Callable[[Launch], str]
    about: str
    changes: Callable[[Launch], dict[str, object]] = _nothing


KINDS = {
    "accelerate": Kind(accelerate.texts, accelerate.command, "Hugging Face's launcher, on one machine or several"),
    "torchrun": Kind(torchrun.texts, torchrun.command, "PyTorch's own launcher, on one machine or several"),
    "ray": Kind(ray.texts, ray.command, "a Ray cluster; the config says use_ray", ray.changes),
    "slurm": Kind(slurm.texts, slurm.command, "a batch job for a cluster with Slurm"),
    "sky": Kind(sky.texts, sky.command, "rents GPUs in a cloud that has them"),
}


def files(kind: str, launch: Launch, plan: Plan) -> dict[str, str]:
    """The files of a launch by name.

    Raises InputError for a plan with `use_ray` that another engine would start once for each GPU.
    """
    if kind != "ray" and plan.get("use_ray") is True:
        raise InputError(f"the config says `use_ray: true`, so Ray starts it, not {kind}", about="launch")
    return KINDS[kind].texts(launch)
