"""Every command that a page shows is run, page by page, in a folder that has the files it names."""

from __future__ import annotations

import json
import pickle
import re
import shlex
from glob import glob
from pathlib import Path

import pytest

from tests.cli.command import Done, run
from tests.cli.configs import GOOD
from tests.doctor.pictures import planted
from wizard.cli import COMMANDS

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TRAINERS = ROOT / "tests" / "migrate" / "trainers"
LOG = """Traceback (most recent call last):
torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 23.64 GiB of \
which 1.10 GiB is free.
"""
ENDLESS = ("wizard", "run", "watch", "lsp")
"""They want a terminal, a GPU or somebody at the other end, as --watch does, and --map takes its time: that they take
these options is asked alone."""
_MADE_UP = re.compile(r"\.\.\.|\[|\bPID\b|\bFILE\b|\bCODE\b|\bLOG\b|\b[GMP]\b")
"""A form, and no command."""


def commands(page: Path) -> list[str]:
    """Those of the page's blocks and of its text, without what stands beside them."""
    text = page.read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"^```\w*\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)).replace("\\\n", " ")
    found = re.findall(r"^(?:\$ )?(memwizard(?: .*)?)$", blocks, flags=re.MULTILINE)
    found += re.findall(r"`(memwizard(?: [^`]+)?)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))
    alone = (re.split(r" {2,}| #", one)[0].strip() for one in found)
    return [one for one in dict.fromkeys(alone) if not _MADE_UP.search(one)]


def placed(folder: Path) -> None:
    """The files that pages speak of."""
    for name in ("my.yml", "old.yml", "before.yml", "configs/a.yml", "configs/b.yml", "more/deep/c.yml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(GOOD.replace("owner/data", "rows.jsonl"), encoding="utf-8")
    rows = [{"instruction": "Add", "input": f"{number} 1", "output": str(number + 1)} for number in range(30)]
    talks = [{"messages": [{"role": "user", "content": one["input"]}, {"role": "assistant", "content": one["output"]}]}
             for one in rows]  # fmt: skip
    pairs = [{"prompt": one["input"], "chosen": one["output"], "rejected": "0"} for one in rows]
    for name, written in (
        ("rows.jsonl", rows), ("chats.jsonl", talks), ("chat.jsonl", talks), ("pairs.jsonl", pairs),
    ):  # fmt: skip
        (folder / name).write_text("".join(json.dumps(one) + "\n" for one in written), encoding="utf-8")
    for name in ("train.log", "logs/rank0.log", "logs/rank1.log"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(LOG, encoding="utf-8")
    (folder / "out").mkdir()
    (folder / "out" / "snapshot.pickle").write_bytes(pickle.dumps(planted("too_big")))
    for name, theirs in (
        ("sft.yaml", "llama-factory/11-lora-sft.yaml"), ("train.sh", "trl/12-script-lora.sh"),
        ("train.py", "unsloth/11-alpaca.py"), ("8B_lora_single_device.yaml", "torchtune/13-8B_lora_single_device.yaml"),
    ):  # fmt: skip
        (folder / name).write_text((TRAINERS / theirs).read_text(encoding="utf-8"), encoding="utf-8")


def tried(command: str) -> Done:
    """Run in this process, with its redirections; one that would not end tells its help."""
    words = shlex.split(command)[1:]
    source, out = [words[words.index(mark) + 1] if mark in words else None for mark in "<>"]
    words = words[: min([words.index(mark) for mark in "<>" if mark in words], default=len(words))]
    words = [name for word in words for name in (sorted(glob(word)) or [word])]
    name = words[0] if words and words[0] in COMMANDS else "wizard"
    endless = name in ENDLESS or words == ["mcp"] or not {"--watch", "--map"}.isdisjoint(words)
    before = [*words[: words.index("--")]] if "--" in words else words
    done = run(*(before if endless else words), *(["--help"] if endless else []), stdin=_given(source))
    if "Missing argument" in done.err:  # the command is spoken of, and not typed
        done = run(*words, "--help")
    if out is not None:
        Path(out).write_text(done.out, encoding="utf-8")
    return done


def _given(source: str | None) -> bytes:
    return Path(source).read_bytes() if source is not None else b""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_of_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    placed(tmp_path)
    monkeypatch.setenv("MEMWIZARD_GPU", "rtx-4090")
    failed = []
    before = {one for other in PAGES[: PAGES.index(page)] for one in commands(other)}
    for command in [one for one in commands(page) if one not in before or " -" not in one or "o my.yml" in one]:
        again = " ".join(word for word in (command, *_agreed(command)) if word)
        done = tried(again)
        if done.code not in (0, 1):
            failed.append(f"{again}: {done.code} {done.err[-200:]}")
    assert failed == []


def _agreed(command: str) -> list[str]:
    """What agrees in advance, where a person would be asked."""
    if command.startswith("memwizard mcp install") and "--dry-run" not in command:
        return ["--yes"] if command != "memwizard mcp install" else ["--help"]
    if command.startswith("memwizard migrate") and "--write" in command and "--yes" not in command:
        return ["--yes"]
    return ["--overwrite"] if " -o " in command or "fit my.yml --write" in command else []


def test_there_are_commands() -> None:
    assert sum(len(commands(page)) for page in PAGES) > 100
