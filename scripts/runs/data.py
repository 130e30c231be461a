"""Data files in many forms, each read by the entry that memwizard detects."""

from __future__ import annotations

import struct
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from scripts.runs.case import Case
from scripts.runs.first import FIRST
from scripts.runs.kinds import KINDS
from tests.data.files import SOUND, DataFile
from wizard.axolotl.forms.answer import Detected
from wizard.axolotl.forms.detect import detect
from wizard.domain.plan import REMOVE
from wizard.fit.adapt import adapt
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built
from wizard.output.yaml import document
from wizard.review import review
from wizard.world.presets import preset
from wizard.world.rowhead import head

ARCHITECTURES = ("llama", "qwen3")
_STARTS = {"dpo": "dpo-pairs", "kto": "kto", "orpo": "orpo", "reward": "reward-model", "pretraining": "pretraining"}


def data() -> Iterator[Case]:
    """What is written for each sound file, on a machine with one GPU."""
    for one in SOUND:
        for kind in ("qwen3_vl",) if one.settings else ARCHITECTURES:
            yield _case(one, kind)


def _case(one: DataFile, kind: str) -> Case:
    machine, model = named_machine("rtx-4090"), built(FIRST[kind])
    start, changes = KINDS[_STARTS[one.training]] if one.training in _STARTS else ("qlora-24gb", {})
    with tempfile.TemporaryDirectory() as folder:
        found = detect(replace(head(str(one.put(Path(folder)))), path=one.name), one.training)
        files = {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}
    assert isinstance(found, Detected), found
    block = "pretraining_dataset" if one.training == "pretraining" else "datasets"
    changes = {**changes, block: [dict(found.entry)], **found.settings, "val_set_size": 0, "evals_per_epoch": REMOVE}
    plan = preset(start).plan.changed({"base_model": FIRST[kind], **changes})
    judged = review(adapt(plan, model, machine).changed(changes), model, machine)
    made = Case.of(("data", one.id, kind), document(judged), judged, machine)
    return replace(made, files={**files, **({"image.png": picture(56)} if one.settings else {})})


def picture(size: int) -> bytes:
    """A PNG of one colour."""
    pixels = (b"\0" + bytes((90, 120, 30)) * size) * size
    head_of_it = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head_of_it), (b"IDAT", zlib.compress(pixels)), (b"IEND", b""))
    made = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + made
