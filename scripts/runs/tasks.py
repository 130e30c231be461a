"""What an agent without a mind comes to by the tools of the server, for what people ask of it."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest import mock

from scripts.runs.case import Case
from tests.mcp.scripted import TASKS, Answered, answered, beside
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built
from wizard.review import review
from wizard.world.configs import plan_of


def tasks() -> Iterator[Case]:
    """The file of each task, with its data."""
    for task in TASKS:
        with (
            mock.patch.dict(os.environ, {"MEMWIZARD_AXOLOTL": "newest", "MEMWIZARD_CONFIG": os.devnull}),
            tempfile.TemporaryDirectory() as folder,
            beside(task, Path(folder)) as files,
        ):
            yield case(str(task["asks"]), asyncio.run(answered(task)), files)


def case(asks: str, came: Answered, files: dict[str, bytes]) -> Case:
    """To be run: the file that came of a task."""
    plan, machine = plan_of(came.text, asks), named_machine(came.gpu)
    judged = review(plan, built(str(plan["base_model"])), machine)
    return replace(Case.of(("task", asks), came.text, judged, machine), files=files)
