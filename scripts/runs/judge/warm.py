"""All that is slow to import or to compile, once."""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib

_MODULES = (
    "torch", "transformers", "peft", "trl", "datasets", "accelerate", "bitsandbytes", "torchao", "axolotl.cli.config",
    "axolotl.cli.train", "axolotl.cli.args", "axolotl.train", "axolotl.loaders.patch_manager",
    "axolotl.common.datasets", "axolotl.core.builders", "axolotl.core.trainers", "axolotl.integrations.base",
    "axolotl.utils.data", "axolotl.monkeypatch.lora_kernels", "transformers.models.auto.modeling_auto",
    "transformers.trainer", "axolotl.core.trainers.dpo", "axolotl.prompt_strategies.chat_template",
    "trl.trainer.sft_trainer", "PIL.Image", "transformers.models.auto.processing_auto",
    "datasets.packaged_modules.json.json", "transformers.integrations.bitsandbytes", "bitsandbytes.nn.parametrize",
)  # fmt: skip


def imported() -> None:
    """Import and compile, put in what stands for a GPU's, and keep torch to one thread."""
    from scripts.runs.judge import flash, standins

    standins.torchvision_without_its_library()
    standins.no_trackio()
    for name in _MODULES:
        with contextlib.suppress(ImportError):  # versions name some otherwise
            importlib.import_module(name)
    import torch

    torch.set_num_threads(1)
    flash.put_in()
    standins.put_in()
    _packing_compiled()
    _schemas_built()
    gc.collect()
    gc.freeze()  # a child collects garbage forty times: not through all of torch


def _packing_compiled() -> None:
    """Numba compiles the packing here, not in each child."""
    import numpy
    from axolotl.utils.samplers import multipack

    lengths = numpy.array([3, 4, 5, 6])
    for kind in {lengths.dtype, numpy.dtype("int32")}:
        multipack.pack_parallel(lengths.astype(kind), 12, 4, 2, num_processes=1)


def _schemas_built() -> None:
    """Axolotl builds its schemas anew at each call; with the same plugins they are the same."""
    import axolotl.utils.config as reader
    from axolotl.integrations.base import PluginManager
    from axolotl.utils.dict import DictDefault

    build = functools.cache(lambda names: real())
    real = reader.merge_input_args
    reader.merge_input_args = lambda: build(tuple(PluginManager.get_instance().get_input_args()))
    reader.prepare_plugins(DictDefault({}))
    reader.merge_input_args()
