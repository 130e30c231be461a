"""`memwizard gpus`."""

from __future__ import annotations

import click

from wizard.cli.common import json_option, print_json, table
from wizard.cli.echo import echo


@click.command()
@click.argument("search", required=False, default="")
@json_option
def command(search: str, as_json: bool) -> int:
    """List the GPUs that --gpu can name; SEARCH narrows it to names that contain it."""
    from wizard.domain.units import capability, gib
    from wizard.knowledge.gpus import gpus

    wanted = search.lower()
    found = [gpu for gpu in gpus().values() if wanted in " ".join((gpu.name, gpu.title.lower(), *gpu.also))]
    if not as_json and not found:
        echo(f"nothing in the catalogue matches '{search}'", err=True)
        return 1
    if as_json:
        from wizard.output.json.gpus import gpu_out

        print_json(*map(gpu_out, found))
    else:
        rows = [
            (
                gpu.name,
                gib(gpu.memory_bytes),
                gib(gpu.cuda_bytes),
                capability(gpu.compute_capability) or "-",
                gpu.title,
            )
            for gpu in found
        ]
        echo(table(rows, ("name", "memory", "for CUDA", "capability", "title")))
    return 0
