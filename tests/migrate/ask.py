"""Validates configs with a real Axolotl and its torch, a JSON line each. Runs in an environment that has both.

    python ask.py FILE...

The first line is the version. What `axolotl.cli.config.load_cfg` does up to `validate_config`, each in a fork.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", AXOLOTL_DO_NOT_TRACK="1", LOCAL_RANK="0")
MACHINE = {"bf16": True, "fp8": True, "tf32": True, "n_gpu": 1, "n_node": 1, "compute_capability": "sm_90"}


def answer(path: str) -> dict[str, Any]:
    """Whether Axolotl takes a file, and why not."""
    import torch
    import yaml
    from axolotl.utils.config import prepare_plugins, validate_config
    from axolotl.utils.dict import DictDefault

    config = DictDefault(yaml.safe_load(Path(path).read_text(encoding="utf-8")))
    version = {"torch_version": str(torch.__version__).partition("+")[0]}
    try:
        prepare_plugins(config)
        validate_config(config, capabilities=dict(MACHINE), env_capabilities=version)
    except Exception as error:  # any refusal is an answer
        return {"ok": False, "error": str(error)}
    return {"ok": True, "error": ""}


def forked(path: str) -> str:
    """The answer of a child of its own: Axolotl keeps plugins and warnings from one file to the next."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            said = json.dumps(answer(path))
        with os.fdopen(write, "w") as pipe:
            pipe.write(said)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return text or json.dumps({"ok": False, "error": "the child died"})


def main() -> None:
    """The version, then an answer for each file of the command line."""
    with contextlib.redirect_stdout(sys.stderr):
        import axolotl
        import axolotl.utils.config
    sys.stdout.write(json.dumps({"axolotl": axolotl.__version__}) + "\n")
    for path in sys.argv[1:]:
        sys.stdout.write(forked(path) + "\n")


if __name__ == "__main__":
    main()
