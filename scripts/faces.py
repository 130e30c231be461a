"""`python -m scripts.faces PYTHON > tests/data/faces.json`: what the wizard, --plain and generate make of data files.

Every data file of tests/data, some of continued pretraining and GRPO, and one of 200 MB, is named in all three. Where a
face asks, it is answered there as a person would. Each tells the keys that it set, and what is written for a file that
is sound or was asked of trains for two steps on the Axolotl of PYTHON.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from scripts.runs.case import Case
from scripts.runs.data import picture
from scripts.runs.judge.rows import REWARDS
from scripts.runs.judging import Judge
from tests.cli.command import run as command_line
from tests.data.files import ASKS, ROWS, SAYS, SOUND, DataFile, lines, rows, talks
from tests.data.refused import ASKED, BROKEN
from wizard.cli.outside import RealOutside
from wizard.domain.plan import REMOVE
from wizard.fit.kind import kind_changes
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.kinds import kinds
from wizard.knowledge.models.catalogue import built
from wizard.plain import run
from wizard.questions.data import DATA
from wizard.questions.kind import KIND
from wizard.questions.question import Choice, TypedQuestion
from wizard.session import answers
from wizard.session.conversation import Conversation
from wizard.session.opening import Opening
from wizard.session.results import Refused
from wizard.world.presets import preset


@dataclass(frozen=True)
class Start:
    """The preset and the GPU that a person begins with, and the kind of training that is chosen then."""

    preset: str
    gpu: str = "rtx-3060-12gb"
    kind: str = ""


START = {
    "supervised": Start("qlora-12gb"), "dpo": Start("dpo-qlora-24gb"), "images": Start("vision-lora-24gb", "rtx-4090"),
    "kto": Start("dpo-qlora-24gb", kind="kto"), "orpo": Start("dpo-qlora-24gb", kind="orpo"),
    "reward": Start("dpo-qlora-24gb", kind="reward"), "grpo": Start("grpo-lora-80gb", "a100-80gb"),
    "continued": Start("pretrain-full-80gb", "a100-80gb"),
}  # fmt: skip
MORE = (
    DataFile("corpus.jsonl", lines(rows(content=SAYS)), {"type": "completion", "field": "content"}, learned=None,
             training="continued"),
    DataFile("chapters.txt", b"".join(SAYS.format(n).encode() + b"\n" for n in range(ROWS)), {"type": "completion"},
             learned=None, training="continued"),
    DataFile("asked.jsonl", lines([{"prompt": [{"role": "user", "content": ASKS.format(n)}]} for n in range(ROWS)]),
             {}, learned=None, training="grpo"),
    DataFile("questions.jsonl", lines(rows(prompt=ASKS)), {}, learned=None, training="grpo"),
)  # fmt: skip
_STREAMED = "pretraining"
"""Files of `pretraining_dataset`, a key that no start has."""
_SHOWN = ("datasets", "chat_template", "eot_tokens", "tokens", "processor_type", "skip_prepare_dataset",
          "remove_unused_columns", "sample_packing")  # fmt: skip
_LARGE = 200 << 20
_HEARD = 200
"""Characters that are kept of what --plain says of a file."""


def start_of(one: DataFile) -> Start:
    """What a person begins with who has such a file."""
    return START["images" if one.settings else one.training]


def files(*, large: bool = True) -> Iterator[tuple[DataFile, str]]:
    """Each with whether it is sound, asked of, or broken. `large`: that of 200 MB too."""
    for kind, listed in (("sound", (*SOUND, *MORE)), ("asked", ASKED), ("broken", BROKEN)):
        for one in listed:
            if one.training != _STREAMED:
                yield one, kind
    if not large:
        return
    row = lines(talks()[:1])
    yield DataFile("large.jsonl", row * (_LARGE // len(row) + 1), {"type": "chat_template"}), "large"


def _opening(one: DataFile, target: str) -> Opening:
    start = start_of(one)
    return Opening(preset(start.preset).plan, named_machine(start.gpu), start.preset, target)


def wizard(one: DataFile) -> str:
    """The file that the screen's conversation would write, after the path was typed and what it asks was taken."""
    session = Conversation(_opening(one, "w.yml"), RealOutside())
    if start_of(one).kind:
        _take(session, KIND, kinds()[start_of(one).kind].label)
    asked = {question.id: question for question in DATA.questions}
    box, form = asked["path"], asked["type"]
    assert isinstance(box, TypedQuestion)
    assert isinstance(form, Choice)
    done = answers.take_text(session, box, one.name)
    said = done.reason if isinstance(done, Refused) else done.remark.says if done.remark is not None else ""
    for pick in one.picks:
        _take(session, form, pick)
    return session.rendered() + f"# said: {said}\n"


def _take(session: Conversation, question: Choice, label: str) -> None:
    option = next(one for one in question.options(session.situation) if one.label == label)
    done = answers.take_fields(session, option.changes, label)
    assert not isinstance(done, Refused), done.reason


def plain(one: DataFile) -> str:
    """The file that `--plain` writes where a person types the step, the path, the numbers of the answers and `write`.

    Those numbers are looked for in what was said since the last line.
    """
    kind = start_of(one).kind
    chosen = ["step method", f"number of {kinds()[kind].label}"] if kind else []
    typed = iter([*chosen, "step data", one.name, *(f"number of {pick}" for pick in one.picks), "write", ""])
    heard, since = list[str](), list[str]()

    def read(prompt: str) -> str:
        said = " ".join(since)
        heard.extend(since)
        since.clear()
        line = next(typed, None)
        if line is None:
            raise EOFError
        if not line.startswith("number of "):
            return line
        found = re.findall(rf"(\d+)\) {re.escape(line.removeprefix('number of '))}(?: \(now\))?:", said)
        assert found, f"{line} is not there: {said}"
        return str(found[-1])

    with contextlib.suppress(EOFError):
        run(_opening(one, "p.yml"), RealOutside(), read=read, say=lambda text: since.append(text.strip()))
    said = re.findall(rf"{re.escape(one.name)}(?: \(line \d+\))?: .{{,{_HEARD}}}", " ".join(heard))
    return Path("p.yml").read_text(encoding="utf-8") + f"# said: {said[0] if said else ''}\n"


def generate(one: DataFile) -> str:
    """What `generate --data` writes, or what it says where it writes nothing."""
    start = start_of(one)
    call = ["generate", "--preset", start.preset, "--gpu", start.gpu, *_kind_settings(start)]
    done = command_line(*call, "--data", one.name)
    if done.code != 2:
        return done.out
    refused = f"# refused: {done.err.strip().splitlines()[-1]}\n"
    if not one.picks:
        return refused
    offered = next(line for line in done.err.splitlines() if line.endswith(f"  {one.picks[-1]}"))
    return command_line(*call, "--data", one.name, *offered.split()[:2]).out + refused


def _kind_settings(start: Start) -> list[str]:
    """The fields of a kind of training, as a person would set them beside a preset."""
    if not start.kind:
        return []
    plan = preset(start.preset).plan
    changes = kind_changes(kinds()[start.kind], plan, built(str(plan["base_model"])))
    told = {key: None if value is REMOVE else value for key, value in changes.items() if key != "datasets"}
    return [part for key, value in told.items() for part in ("--set", f"{key}={json.dumps(value)}")]


FACES = (wizard, plain, generate)


def shown(text: str, one: DataFile) -> dict[str, Any]:
    """The keys that a file has for its data, and what was said."""
    found = yaml.safe_load(text) or {}
    usual = preset(start_of(one).preset).plan
    told = {key: found[key] for key in _SHOWN if key in found and found[key] != usual.get(key)}
    said = [line.partition(": ")[2] for line in text.splitlines() if line.startswith(("# said: ", "# refused: "))]
    return told | ({"said": said[0]} if said else {})


def faces_of(one: DataFile, folder: Path) -> dict[str, str]:
    """What each face writes for a file that it puts into a folder, which becomes the working directory."""
    one.put(folder)
    here = Path.cwd()
    os.chdir(folder)
    try:
        return {face.__name__: face(one) for face in FACES}
    finally:
        os.chdir(here)


def _case(one: DataFile, face: str, text: str) -> Case:
    with tempfile.TemporaryDirectory() as folder:
        one.put(Path(folder))
        held = {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}
    config = yaml.safe_load(text) | {"val_set_size": 0}
    config.pop("evals_per_epoch", None)
    held |= {"image.png": picture(56)} if one.settings else {}
    held |= {"rewards.py": REWARDS.encode()} if one.training == "grpo" else {}
    return replace(Case(("faces", one.id, face), config, named_machine(start_of(one).gpu)), files=held)


def main() -> None:
    """Ask each face of each file, then the judge of what was written: by all three where they were asked or differ."""
    told: dict[str, dict[str, Any]] = {}
    cases: dict[tuple[str, ...], tuple[str, Case]] = {}
    for one, kind in files():
        with tempfile.TemporaryDirectory() as folder:
            texts = faces_of(one, Path(folder))
        told[f"{kind} {one.id}"] = {name: shown(text, one) for name, text in texts.items()}
        for face, text in texts.items() if kind == "asked" else [("generate", texts["generate"])] * (kind == "sound"):
            case = _case(one, face, text)
            cases[case.id] = (f"{kind} {one.id}", case)
    for case, answer in Judge(sys.argv[1]).answers([case for _, case in cases.values()]):
        row = told[cases[case.id][0]]
        row.setdefault("run", {})[case.id[2]] = answer.get("outcome")
        row.setdefault("learned", {})[case.id[2]] = (answer.get("seen") or {}).get("learned")
    listed = (f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in told.items())
    sys.stdout.write("{\n" + ",\n".join(listed) + "\n}\n")


if __name__ == "__main__":
    main()
