"""Validates configs with the real Axolotl, one JSON line each. Runs in Axolotl's own environment.

    python judge.py [--bf16 yes|no] [--fp8 yes|no] [--gpus N] [--capability sm_90|none] FILE...

A line has "path", "ok", "errors", "warnings" and "unknown" (keys that Axolotl drops without a word). The order
is that of `axolotl.cli.config.load_cfg` up to `validate_config`; what follows there asks the model hub.
Plugins are not imported, but their argument classes are merged into the validator as Axolotl does it: the
validators of `integrations/*/args.py` speak, and their fields are known, when the plugin is named.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

os.environ.update(
    HF_HUB_OFFLINE="1",
    TRANSFORMERS_OFFLINE="1",
    AXOLOTL_DO_NOT_TRACK="1",
    LOCAL_RANK="0",
    TOKENIZERS_PARALLELISM="false",
)
sys.path.insert(0, str(Path(__file__).parent))
TORCH = "2.13.0"
"""All of the versions take it."""
_OF_THE_FILE = ("axolotl_config_path", "capabilities", "env_capabilities")


class _Heard(logging.Handler):
    """Keeps what Axolotl's loggers say."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.warnings: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.warnings.append(record.getMessage())


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--bf16", default="yes")
    parser.add_argument("--fp8", default="yes")
    parser.add_argument("--gpus", type=int, default=1)
    parser.add_argument("--capability", default="sm_90")
    parser.add_argument("--torch", default=TORCH)
    parser.add_argument("--resolved", default="no", help="yes: also the settings that Axolotl makes of the config")
    return parser.parse_args()


def known_keys() -> set[str]:
    """Every top-level key Axolotl reads with the plugins that are registered."""
    from axolotl.integrations.config import merge_input_args
    from axolotl.utils.schemas.enums import LEGACY_ATTN_FLAG_TO_IMPL

    known = set(LEGACY_ATTN_FLAG_TO_IMPL) | {"n_gpu", "world_size"}
    for name, field in merge_input_args()[1].model_fields.items():
        known |= {name, str(field.alias)}
        known |= {str(choice) for choice in getattr(field.validation_alias, "choices", [field.validation_alias])}
    return known


def validate(path: str, options: argparse.Namespace) -> dict[str, Any]:
    """What Axolotl says of one file."""
    import yaml
    from axolotl.utils.config import prepare_plugins, validate_config
    from axolotl.utils.dict import DictDefault
    from pydantic import ValidationError

    heard = _Heard()
    logger = logging.getLogger("axolotl")
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    logger.handlers[:] = [heard]
    answer: dict[str, Any] = {"path": path, "ok": True, "errors": [], "unknown": []}
    raw = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    config = DictDefault(raw)
    config.axolotl_config_path = path
    capability = None if options.capability == "none" else options.capability
    capabilities = {
        "bf16": options.bf16 == "yes",
        "fp8": options.fp8 == "yes",
        "tf32": options.bf16 == "yes",
        "n_gpu": options.gpus,
        "n_node": 1,
        "compute_capability": capability,
    }
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            prepare_plugins(config)
            answer["unknown"] = sorted(set(raw) - known_keys())
            done = validate_config(config, capabilities=capabilities, env_capabilities={"torch_version": options.torch})
        if options.resolved == "yes":
            answer["resolved"] = {key: value for key, value in done.to_dict().items() if key not in _OF_THE_FILE}
    except ValidationError as error:
        answer["ok"] = False
        answer["errors"] = [
            f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False)
        ]
    except Exception as error:  # any refusal is an answer
        answer["ok"] = False
        answer["errors"] = [f"{type(error).__name__}: {error}"]
    answer["warnings"] = heard.warnings
    return answer


def merge_once(paths: list[str]) -> None:
    """Merge the argument classes of each file's plugins before the forks: pydantic takes 0.1 s for each set."""
    import axolotl.utils.config
    import stubs
    import yaml
    from axolotl.integrations import config as merging
    from axolotl.utils.dict import DictDefault

    merge, merged = merging.merge_input_args, dict[tuple[str, ...], Any]()

    def remembered() -> Any:
        asked = tuple(stubs.PluginManager.get_instance().get_input_args())
        if asked not in merged:
            merged[asked] = merge()
        return merged[asked]

    merging.merge_input_args = axolotl.utils.config.merge_input_args = remembered
    for path in paths:
        with contextlib.suppress(Exception):  # the file's own turn will say what is wrong
            axolotl.utils.config.prepare_plugins(DictDefault(yaml.safe_load(Path(path).read_text(encoding="utf-8"))))
            remembered()
        stubs.PluginManager.forget()


def forked(path: str, options: argparse.Namespace) -> str:
    """Validate in a child, so that `warning_once` and other memories start fresh for each file."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with os.fdopen(write, "w") as pipe:
            pipe.write(json.dumps(validate(path, options), default=str))
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return text or json.dumps({"path": path, "ok": False, "errors": ["the child died"], "warnings": [], "unknown": []})


def main() -> None:
    """Judge every file of the command line."""
    import stubs

    options = arguments()
    stubs.install(options.torch)
    stubs.install_plugin_manager()
    import axolotl.utils.config
    import axolotl.utils.schemas.config

    axolotl.utils.schemas.config.is_fp8_available = lambda: True
    merge_once(options.files)
    for path in options.files:
        sys.stdout.write(forked(os.path.abspath(path), options) + "\n")


if __name__ == "__main__":
    main()
