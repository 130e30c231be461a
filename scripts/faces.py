"""`python -m scripts.faces PYTHON > tests/data/faces.json`: what the wizard, --plain and generate make of data files.

Every data file of tests/data/files.py that supervised training or DPO reads, and one of 200 MB, is named in all three.
Each tells the keys that it set; what is written for a sound one trains for two steps on the Axolotl of PYTHON.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from scripts.runs.case import Case
from scripts.runs.judging import Judge
from tests.cli.command import run as command_line
from tests.data.files import SOUND, DataFile, lines, talks
from tests.data.refused import ASKED, BROKEN
from wizard.cli.outside import RealOutside
from wizard.knowledge.gpus import named_machine
from wizard.plain import run
from wizard.questions.data import DATA
from wizard.questions.question import TypedQuestion
from wizard.session import answers
from wizard.session.conversation import Conversation
from wizard.session.opening import Opening
from wizard.session.results import Refused
from wizard.world.presets import preset

GPU = "rtx-3060-12gb"
START = {"supervised": "qlora-12gb", "dpo": "dpo-qlora-24gb"}
_SHOWN = ("datasets", "chat_template", "eot_tokens", "tokens", "processor_type", "skip_prepare_dataset",
          "remove_unused_columns", "sample_packing")  # fmt: skip
_LARGE = 200 << 20


def files(*, large: bool = True) -> Iterator[tuple[DataFile, str]]:
    """Each with whether it is sound, asked of, or broken. `large`: that of 200 MB too."""
    for kind, listed in (("sound", SOUND), ("asked", ASKED), ("broken", BROKEN)):
        for one in listed:
            if one.training in START and not one.settings:
                yield one, kind
    if not large:
        return
    row = lines(talks()[:1])
    yield DataFile("large.jsonl", row * (_LARGE // len(row) + 1), {"type": "chat_template"}), "large"


def _opening(one: DataFile, target: str) -> Opening:
    start = START[one.training]
    return Opening(preset(start).plan, named_machine(GPU), start, target)


def wizard(one: DataFile) -> str:
    """The file that the screen's conversation would write, after the path was typed."""
    session = Conversation(_opening(one, "w.yml"), RealOutside())
    box = next(question for question in DATA.questions if question.id == "path")
    assert isinstance(box, TypedQuestion)
    done = answers.take_text(session, box, one.name)
    said = done.remark.says if not isinstance(done, Refused) and done.remark is not None else str(done)
    return session.rendered() + f"# said: {said}\n"


def plain(one: DataFile) -> str:
    """The file that `--plain` writes where a person types the step, the path and `write`."""
    typed = iter(["step data", one.name, "write", ""])
    said: list[str] = []
    with contextlib.suppress(EOFError):
        run(_opening(one, "p.yml"), RealOutside(), read=lambda _: next(typed, ""), say=said.append)
    return Path("p.yml").read_text(encoding="utf-8")


def generate(one: DataFile) -> str:
    """What `generate --data` writes, or what it says where it writes nothing."""
    done = command_line("generate", "--preset", START[one.training], "--gpu", GPU, "--data", one.name)
    return done.out if done.code != 2 else f"# refused: {done.err.strip().splitlines()[-1]}\n"


def shown(text: str) -> dict[str, Any]:
    """The keys that a file has for its data, and what was said."""
    found = yaml.safe_load(text) or {}
    told = {key: found[key] for key in _SHOWN if key in found and found[key] != preset("qlora-12gb").plan.get(key)}
    said = [line.partition(": ")[2] for line in text.splitlines() if line.startswith(("# said: ", "# refused: "))]
    return told | ({"said": said[0]} if said else {})


def main() -> None:
    """Ask each face of each file, then the judge of what was written for the sound ones."""
    told: dict[str, dict[str, Any]] = {}
    cases: list[Case] = []
    for one, kind in files():
        with tempfile.TemporaryDirectory() as folder:
            content = one.put(Path(folder))
            here = Path.cwd()
            os.chdir(folder)
            try:
                texts = {face.__name__: face(one) for face in (wizard, plain, generate)}
            finally:
                os.chdir(here)
            told[f"{kind} {one.id}"] = {name: shown(text) for name, text in texts.items()}
            if kind == "sound":
                held = [content] if content.is_file() else sorted(content.iterdir())
                data = {str(path.relative_to(folder)): path.read_bytes() for path in held}
                config = yaml.safe_load(texts["generate"]) | {"val_set_size": 0}
                config.pop("evals_per_epoch", None)
                cases.append(replace(Case(("faces", one.id), config, named_machine(GPU)), files=data))
    for case, answer in Judge(sys.argv[1]).answers(cases):
        told[f"sound {case.id[1]}"]["run"] = answer.get("outcome")
        told[f"sound {case.id[1]}"]["learned"] = (answer.get("seen") or {}).get("learned")
    rows = (f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in told.items())
    sys.stdout.write("{\n" + ",\n".join(rows) + "\n}\n")


if __name__ == "__main__":
    main()
