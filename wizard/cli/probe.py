"""`memwizard probe`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wizard.cli.common import demo_option, json_option, print_json
from wizard.cli.echo import echo
from wizard.domain.text import joined

if TYPE_CHECKING:
    from wizard.domain.machine import Gpu, Machine


@click.command()
@json_option
@demo_option
def command(as_json: bool, demo: str | None) -> int:
    """Show the GPUs of this machine: memory, what they can do, who uses them.

    \b
    Examples:
      memwizard probe
      memwizard probe --json
      memwizard probe --demo a100-shared
      CUDA_VISIBLE_DEVICES=1 memwizard probe
    """
    from wizard.world import probe, recorded

    machine = recorded.recorded(demo) if demo is not None else probe.probe()  # whatever the settings name
    if as_json:
        from wizard.output.json.probe import probe_out

        print_json(probe_out(machine))
    else:
        echo(_text(machine))
    return 0


def _text(machine: Machine) -> str:
    from wizard.domain.units import gib

    lines = []
    if machine.driver:
        lines.append(f"driver {machine.driver}, CUDA {machine.cuda or 'unknown'}")
    for gpu in machine.gpus:
        lines += _device(gpu)
    if machine.host_total_bytes is not None:
        lines.append(f"host memory: {gib(machine.host_free_bytes)} free of {gib(machine.host_total_bytes)}")
    lines += [f"note: {note}" for note in machine.notes]
    if not machine.gpus:
        lines.append("Name a GPU instead: `memwizard --gpu rtx-4090`, or see `memwizard gpus`.")
    return joined(lines)


def _device(gpu: Gpu) -> list[str]:
    from wizard.domain.units import capability, gib

    def word(answer: bool | None) -> str:
        return "unknown" if answer is None else "yes" if answer else "no"

    yield_of = ", ".join(
        f"{name} {word(answer)}"
        for name, answer in (
            ("bf16", gpu.bf16),
            ("tf32", gpu.tf32),
            ("fp8", gpu.fp8),
            ("flash attention 2", gpu.flash_attention_2),
            ("flash attention 3", gpu.flash_attention_3),
        )
    )
    lines = [
        f"GPU {gpu.index}: {gpu.name}, compute capability {capability(gpu.compute_capability) or 'unknown'}",
        f"  memory: {gib(gpu.free_bytes)} free of {gib(gpu.total_bytes)}, {gib(gpu.used_bytes)} used",
        f"  can do: {yield_of}",
        f"  uuid: {gpu.uuid or 'unknown'}",
    ]
    for process in gpu.processes:
        lines.append(f"  in use by: {process.name or 'unknown program'} (pid {process.pid}), {gib(process.used_bytes)}")
    return lines
