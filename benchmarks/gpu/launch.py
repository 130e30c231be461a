"""A process of its own for each run, so that no peak, cache or kernel of one is seen in another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.gpu import nvml
from benchmarks.gpu.jobs import Job, describe, without_folders
from benchmarks.gpu.supported import REQUIRED, Has, importable, why_not
from wizard.knowledge.allocator import VARIABLES, axolotl_setting
from wizard.knowledge.axolotl.versions import newest
from wizard.knowledge.models.catalogue import find

ROOT = Path(__file__).parents[2]
WORKER = ("-m", "benchmarks.gpu.step")
NO_CUDA = 3
CUDA = f"import sys, torch; sys.exit(0 if torch.cuda.is_available() else {NO_CUDA})"
PACKAGES = (
    *REQUIRED,
    "axolotl",
    "causal-conv1d",
    "cut-cross-entropy",
    "flash-attn",
    "flash-linear-attention",
    "liger-kernel",
    "mamba-ssm",
    "triton",
)

Answer = Mapping[str, Any]
Run = Callable[[Mapping[str, Any], Mapping[str, str]], Answer]
"""Runs a job (as JSON) in a process with an environment; gives the row's further fields."""


def refusal(device: str, has: Has = importable) -> str | None:
    """Why nothing can be measured in this environment, as a sentence, or None."""
    missing = ", ".join(name for name in REQUIRED if not has(name))
    if missing:
        return f"To measure a run, this Python needs {missing}, which it lacks; see benchmarks/gpu/README.md."
    if device == "cpu":
        return None
    done = subprocess.run([sys.executable, "-c", CUDA], capture_output=True, text=True, check=False)
    if done.returncode == NO_CUDA:
        return (
            "PyTorch finds no CUDA GPU here, so nothing can be measured; benchmarks.truth simulates runs without one."
        )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        return f"PyTorch can't be imported here: {said[-1]}"
    return None


def installed(package: str) -> str | None:
    """The version of a package, None where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def environment(given: Mapping[str, str], torch_version: str | None) -> dict[str, str]:
    """The process's environment: what is given, Axolotl's allocator setting unless one is set, and no download."""
    wanted = axolotl_setting(torch_version, newest())
    quiet = {"PYTHONWARNINGS": "ignore", "TRANSFORMERS_VERBOSITY": "error", "TOKENIZERS_PARALLELISM": "false"}
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    made = {**given, **quiet, **offline}
    if wanted is not None and wanted.variable not in given:
        made[wanted.variable] = wanted.value
    return made


def run_in_process(job: Mapping[str, Any], env: Mapping[str, str]) -> Answer:
    """Run the step in a new process. A process that dies leaves a row that says so."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "row.json"
        command = [sys.executable, *WORKER, str(result)]
        text = json.dumps(job)
        done = subprocess.run(command, input=text, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        if result.exists():
            answer: Answer = json.loads(result.read_text(encoding="utf-8"))
            return answer
    last = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
    return {"failed": f"the process ended with code {done.returncode}: {last[0][:200]}"}


def measure(
    job: Job, steps: int, device: str = "cuda", has: Has = importable, run: Run = run_in_process
) -> dict[str, Any]:
    """One row: measured, out of memory, skipped, or failed, with the reason."""
    start = describe(job)
    model = find(str(job.config["base_model"]))
    reason = why_not(job.config, has) if model else f"{start['config']['base_model']} is not in the catalogue of models"
    if model is None or reason:
        return {**start, "skipped": reason, **_where(os.environ)}
    env = environment(os.environ, installed("torch"))
    asked = {
        "config": dict(job.config),
        "model": model.id,
        "steps": steps,
        "device": device,
        "used_before": nvml.used_by_gpu() if device == "cuda" else {},
    }
    row = {**start, **run(asked, env), **_where(env)}
    return {**row, "failed": without_folders(row["failed"])} if "failed" in row else row


def _where(env: Mapping[str, str]) -> dict[str, Any]:
    """What a figure depends on beside the config and the GPU."""
    return {
        "versions": {name: found for name in PACKAGES if (found := installed(name)) is not None},
        "allocator": {name: env[name] for name in VARIABLES if name in env},
        "date": datetime.now(timezone.utc).date().isoformat(),
    }
