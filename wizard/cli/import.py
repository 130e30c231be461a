"""`memwizard import`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wizard.cli import completing
from wizard.cli.common import output_options, say
from wizard.cli.version_option import axolotl_option

if TYPE_CHECKING:
    from wizard.domain.version import Version

_TRAINERS = ("llama-factory", "trl", "unsloth", "torchtune")


@click.command()
@click.argument("file", metavar="FILE", shell_complete=completing.files)
@click.option("--from", "trainer", type=click.Choice(_TRAINERS), required=True, help="Whose settings they are.")
@output_options
@axolotl_option
def command(file: str, trainer: str, output: str, overwrite: bool, axolotl: Version) -> int:
    """Make an Axolotl config of another trainer's settings.

    FILE is its YAML or JSON, a command line with its options (`-` reads stdin), or for unsloth and TRL a Python
    script or a notebook, of which the calls are read and nothing is run.

    \b
    Examples:
      memwizard import sft.yaml --from llama-factory -o my.yml
      memwizard import train.sh --from trl
      memwizard import train.py --from unsloth -o my.yml
      memwizard import 8B_lora_single_device.yaml --from torchtune

    Every key is said on stderr: what it becomes, why it goes, or what a person has to decide.
    Exit code 1 where something is left to decide, 2 where the file can't be used.
    """
    from wizard.cli.writing import write
    from wizard.domain.plan import Plan
    from wizard.knowledge.axolotl.trainers import trainers
    from wizard.knowledge.models.catalogue import built, find
    from wizard.migrate.trainer import imported
    from wizard.output.yaml import document, faithful
    from wizard.review import review
    from wizard.session.importing import runnable
    from wizard.world.trainerfile import read_settings

    made = runnable(imported(read_settings(file), trainers()[trainer], axolotl), axolotl)
    row = find(str(made.values.get("base_model")))
    judged = review(Plan(made.values, axolotl=axolotl), built(row.id) if row is not None else None, None)
    write({output: faithful(document(judged), judged.plan)}, overwrite)
    words = {"becomes": "", "dropped": "goes: ", "ask": "to decide: "}
    for move in made.moves:
        say(f"{move.key}: {words[move.kind]}{move.says}")
    left = sum(move.kind == "ask" for move in made.moves)
    say(f"{len(made.moves) - left} keys taken along or left out, {left} to decide")
    return int(bool(left))
