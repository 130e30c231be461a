"""One case, in a process of its own: a small model, the validator, the kernels' patches, two steps."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scripts.runs.judge import seen, small_config
from scripts.runs.judge.beside import put_beside
from scripts.runs.judge.rows import put_rows

STAGES = ("model", "validate", "load", "rows", "train")
_OURS = ("axolotl", "transformers", "peft", "trl", "accelerate", "bitsandbytes", "datasets", "torch")


def all_stages(case: dict[str, Any], folder: Path, answer: int) -> None:
    """Goes through the stages, and says of each that it began, of the last one how it ended."""
    log = os.open(folder / "log.txt", os.O_WRONLY | os.O_CREAT)
    if not os.environ.get("RUNS_LOUD"):
        os.dup2(log, 1)
        os.dup2(log, 2)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    stage = STAGES[0]
    try:
        works = {"model": _model, "validate": _validated, "load": _loaded, "rows": _seen, "train": _trained}
        for stage in STAGES:
            _say(answer, stage, None)
            (works[stage] if stage in ("model", "train") else _apart(works[stage]))(case, folder)
        _say(answer, stage, "works", seen=seen.told(folder))
    except ToldError as told:
        _say(answer, stage, told.text, told.at)
    except BaseException as error:  # any end is an answer
        _say(answer, stage, *_told(error, folder))


class ToldError(Exception):
    """What another process died of."""

    def __init__(self, text: str, at: list[str]) -> None:
        super().__init__(text)
        self.text, self.at = text, at


def _say(
    answer: int, stage: str, outcome: str | None, at: list[str] | None = None, seen: dict[str, str] | None = None
) -> None:
    os.write(answer, (json.dumps({"stage": stage, "outcome": outcome, "at": at or [], "seen": seen}) + "\n").encode())


def _told(error: BaseException, folder: Path) -> tuple[str, list[str]]:
    """The error in one line without this machine's paths, and the last calls of libraries that led to it."""
    if os.environ.get("RUNS_LOUD"):
        traceback.print_exception(error)
    text = " ".join(str(error).split()).replace(str(folder), "FOLDER")
    text = re.sub(r"/[\w./-]*site-packages/", "", text)
    places = []
    for frame in traceback.extract_tb(error.__traceback__):
        inside = frame.filename.rpartition("site-packages/")[2]
        if inside != frame.filename and inside.startswith(_OURS):
            places.append(f"{inside}:{frame.lineno}")
    return f"{type(error).__name__}: {text}"[:600], places[-4:]


def _apart(work: Callable[[dict[str, Any], Path], None]) -> Callable[[dict[str, Any], Path], None]:
    """The same in a child: Axolotl patches classes for good, and keeps its plugins."""

    def done(case: dict[str, Any], folder: Path) -> None:
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            code = 1
            try:
                work(case, folder)
                told: tuple[str, list[str]] = ("works", [])
            except BaseException as error:  # any end is an answer
                told = _told(error, folder)
            with contextlib.suppress(OSError):
                os.write(write, json.dumps(told).encode())
                code = 0
            os._exit(code)
        os.close(write)
        with os.fdopen(read) as pipe:
            text, at = json.loads(pipe.read() or '["the process died", []]')
        os.waitpid(child, 0)
        if text != "works":
            raise ToldError(text, at)

    return done


def _model(case: dict[str, Any], folder: Path) -> None:
    put_beside(str(case["config"]["base_model"]), case["model"], folder / "model", folder.parent / "models")
    _division_beside(case["config"].get("deepspeed"), folder)
    for path, content in case.get("files", {}).items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(base64.b64decode(content))
    if not case.get("files"):
        put_rows(case["config"], folder)


def _division_beside(named: Any, folder: Path) -> None:
    """One of the files that `axolotl fetch deepspeed_configs` brings, of which the validator reads and adds keys."""
    if isinstance(named, str) and named.startswith("deepspeed_configs/"):
        stage = int(named.removeprefix("deepspeed_configs/zero")[:1])
        path = folder / named
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"zero_optimization": {"stage": stage}}), encoding="utf-8")


def _validated(case: dict[str, Any], folder: Path) -> None:
    """The file as it is written, on the machine that it is for."""
    from axolotl.utils.config import prepare_plugins, validate_config
    from axolotl.utils.dict import DictDefault

    written = DictDefault(json.loads(json.dumps(case["config"])))
    prepare_plugins(written)
    validate_config(written, capabilities=_capabilities(case), env_capabilities=_environment())


def _loaded(case: dict[str, Any], folder: Path) -> None:
    """The model loaded with the LoRA kernels put in, which need no GPU before the first step."""
    import axolotl.loaders.patch_manager as patches
    from axolotl.loaders import ModelLoader, load_processor, load_tokenizer

    if case["config"].get("adapter") not in ("lora", "qlora"):
        return
    values = small_config.on_cpu(
        case["config"], str(case["model"]["model_type"]), folder, kernels=True, fed="files" in case
    )
    cfg = _read(values, case, folder)
    specific = patches.PatchManager._apply_model_specific_patches
    patches.PatchManager._apply_model_specific_patches = _as_on_a_gpu(specific)
    tokenizer = load_tokenizer(cfg)
    processor = load_processor(cfg, tokenizer) if cfg.is_multimodal else None
    ModelLoader(cfg, tokenizer, processor=processor).load()


def _as_on_a_gpu(patch: Callable[[Any], None]) -> Callable[[Any], None]:
    """Patches that are left out without a GPU only replace code: they can be put in without one."""
    import torch

    def patched(manager: Any) -> None:
        real, torch.cuda.is_available = torch.cuda.is_available, lambda: True
        try:
            patch(manager)
        finally:
            torch.cuda.is_available = real

    return patched


def _trained(case: dict[str, Any], folder: Path) -> None:
    """Two steps, with evaluation and saving as the file has them."""
    from axolotl.cli.args import TrainerCliArgs
    from axolotl.cli.train import do_train

    do_train(_small(case, folder), TrainerCliArgs())


def _seen(case: dict[str, Any], folder: Path) -> None:
    """What of its own files is learned, where it has some."""
    if case.get("files"):
        seen.tell(_small(case, folder), folder)


def _small(case: dict[str, Any], folder: Path) -> Any:
    kind = str(case["model"]["model_type"])
    return _read(small_config.on_cpu(case["config"], kind, folder, kernels=False, fed="files" in case), case, folder)


def _read(values: dict[str, Any], case: dict[str, Any], folder: Path) -> Any:
    import axolotl.cli.config as reader
    import yaml

    path = folder / "small.yml"
    path.write_text(yaml.safe_dump(values, sort_keys=False), encoding="utf-8")
    machine = {**_capabilities(case), "n_gpu": 1}
    reader.gpu_capabilities = lambda: (machine, _environment())
    sys.argv = ["axolotl"]
    if values.get("plugins"):
        _arguments_unread()
    return reader.load_cfg(str(path))


def _arguments_unread() -> None:
    """Axolotl adds a plugin's arguments to its own as it imports those, which it does after the config is read."""
    for name in [*sys.modules]:
        if name.startswith(("axolotl.core.builders", "axolotl.core.trainers", "axolotl.core.training_args")):
            del sys.modules[name]


def _capabilities(case: dict[str, Any]) -> dict[str, Any]:
    machine = case["machine"]
    new = int(machine["capability"].removeprefix("sm_") or 0) >= 80
    return {
        "bf16": machine["bf16"], "fp8": machine["fp8"], "tf32": new, "n_gpu": machine["gpus"], "n_node": 1,
        "compute_capability": machine["capability"],
    }  # fmt: skip


def _environment() -> dict[str, str]:
    import torch

    return {"torch_version": str(torch.__version__).split("+", maxsplit=1)[0]}
