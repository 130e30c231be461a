"""One run as the engines need to know it: the config, the nodes, the GPUs of each, their names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from shlex import quote

from wizard import __version__
from wizard.domain.errors import InputError
from wizard.domain.machine import Gpu
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import newest, of_plan
from wizard.knowledge.gpus import catalogue_gpu
from wizard.review import Review

PORT = 29400
"""Where the processes meet on the first node: torchrun's own default (axolotl 0.19.0 docs/multi-node.qmd)."""


@dataclass(frozen=True, slots=True)
class Launch:
    """`config` is the file as commands name it; `gpus` are those of one node.

    `names` are the catalogue's names of the GPUs, None for one that is not in it. `need_bytes` is the estimate's
    high figure for one GPU. `precision` is the word that Accelerate has for it.
    """

    config: str
    nodes: int
    gpus: int
    names: tuple[str | None, ...]
    need_bytes: int | None = None
    precision: str = "no"
    axolotl: Version = field(default_factory=newest)

    @property
    def total(self) -> int:
        """The GPUs of all nodes: as many processes train."""
        return self.nodes * self.gpus

    def beside(self, ending: str) -> str:
        """A file beside the config: `my.yml` and `slurm` give `my.slurm`."""
        return f"{re.sub(r'[.](yml|yaml)$', '', self.config)}.{ending}"

    @property
    def title(self) -> str:
        """The config's name as schedulers take it: `my` for `configs/my.yml`."""
        last = re.split(r"[/\\]", self.beside(""))[-1]
        name = re.sub(r"[^A-Za-z0-9]+", "-", last).strip("-")
        return name if name[:1].isalpha() else f"axolotl-{name}".strip("-")

    @property
    def head(self) -> str:
        """The first comment of every file: what wrote it, and for how many GPUs."""
        nodes = f"{self.nodes} nodes with {count(self.gpus)} each" if self.nodes > 1 else count(self.gpus)
        return f"# Written by memwizard {__version__} for Axolotl {self.axolotl}: {nodes}.\n"

    def train(self, launcher: str) -> str:
        """`axolotl train` with a launcher, ready for the launcher's own options.

        Source: axolotl 0.19.0 cli/main.py (`train`): what stands after `--` goes to the launcher.
        """
        return f"axolotl train {quote(self.config)} --launcher {launcher} --"


def count(gpus: int) -> str:
    """`1 GPU`, `8 GPUs`."""
    return f"{gpus} GPU{'s' if gpus > 1 else ''}"


def launch_of(review: Review, config: str) -> Launch:
    """The launch of a reviewed plan. Raises InputError where no GPU is known."""
    machine = review.machine
    if machine is None or not machine.gpus:
        raise InputError("what starts a run has to know the GPUs: name them, as in 4x8xh100-80gb", about="gpu")
    precision = review.effective.precision
    return Launch(
        config=f"./{config}" if config.startswith("-") else config,
        nodes=machine.nodes,
        gpus=machine.count // machine.nodes,
        names=tuple(_name(gpu) for gpu in machine.gpus),
        need_bytes=review.estimate.device.high if review.estimate else None,
        precision=precision if precision in ("bf16", "fp16") else "no",
        axolotl=of_plan(review.plan),
    )


def _name(gpu: Gpu) -> str | None:
    """The catalogue's name of a GPU, of a probed one by what NVML calls it."""
    row = None if gpu.catalogue else catalogue_gpu(gpu.name, gpu.total_bytes)
    return row.name if row is not None else gpu.catalogue
