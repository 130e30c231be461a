"""What `import` makes of other trainers' files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scripts.runs.case import Case
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.trainers import trainers
from wizard.knowledge.axolotl.versions import newest
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built
from wizard.migrate.trainer import imported
from wizard.output.yaml import document
from wizard.review import review
from wizard.session.importing import runnable
from wizard.world.trainerfile import read_settings

FOLDER = Path(__file__).parents[2] / "tests" / "migrate" / "trainers"
_GPU = "h100-80gb"


def imports() -> Iterator[Case]:
    """Each file of the tests, as the command writes it."""
    machine = named_machine(_GPU)
    for path in sorted(path for path in FOLDER.glob("*/*") if path.is_file()):
        made = runnable(imported(read_settings(str(path)), trainers()[path.parent.name], newest()), newest())
        plan = Plan(made.values, axolotl=newest())
        judged = review(plan, built(str(plan["base_model"])), machine)
        yield Case.of(("import", path.parent.name, path.stem), document(judged), judged, machine)
