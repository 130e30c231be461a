"""What a run finds in place of what asks for a GPU or for more processes. Nothing here changes what a config means."""

from __future__ import annotations

import contextlib
import functools
import inspect
import io
from collections.abc import Callable
from typing import Any

_KEPT: list[Any] = []
"""Operators go when their library does."""


def put_in() -> None:
    """All of them."""
    _one_process()
    _plain_four_bits()
    _experts_on_a_cpu()
    _stacks_in_eight_bits()
    _autocast_on_a_cpu()
    _torchao_for_fp8()
    with contextlib.suppress(ImportError):
        _images_read_by_pillow()


def torchvision_without_its_library() -> None:
    """torchvision asks for two operators of its compiled part; a build for CUDA can't load that on a CPU's torch."""
    import torch

    library = torch.library.Library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        with contextlib.suppress(RuntimeError):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _KEPT.append(library)


def no_trackio() -> None:
    """TRL asks Trackio for its space as it saves, and that for a client of Gradio's: before TRL is imported."""
    import transformers
    import transformers.utils.import_utils as asked
    from transformers.integrations import integration_utils

    for module in (asked, integration_utils, transformers.utils, transformers.integrations):
        module.is_trackio_available = lambda: False


def _images_read_by_pillow() -> None:
    """torchvision's own reader is in that compiled part."""
    import numpy
    import torch
    import torchvision.io
    from PIL import Image

    def decoded(data: Any, *_: object, **__: object) -> Any:
        source = data if isinstance(data, str) else io.BytesIO(data.numpy().tobytes())
        read = Image.open(source).convert("RGB")
        return torch.from_numpy(numpy.array(read)).permute(2, 0, 1)

    torchvision.io.decode_image = decoded


def _one_process() -> None:
    """Data sets are mapped, and packs counted, in the process itself: a pool costs seconds, and 48 rows need none."""
    import datasets
    from axolotl.utils.samplers import multipack

    for name in ("map", "filter", "save_to_disk", "from_generator"):
        setattr(datasets.Dataset, name, _without("num_proc", getattr(datasets.Dataset, name)))
    multipack.pack_parallel = _with(multipack.pack_parallel, num_processes=1)


def _without(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(call)
    def called(*given: Any, **named: Any) -> Any:
        return call(*given, **{key: value for key, value in named.items() if key != name})

    return called


def _with(call: Callable[..., Any], **fixed: Any) -> Callable[..., Any]:
    @functools.wraps(call)
    def called(*given: Any, **named: Any) -> Any:
        return call(*given, **{**named, **fixed})

    return called


def _plain_four_bits() -> None:
    """bitsandbytes packs weights for AVX512 where it only infers, and its kernel wants multiples of 32."""
    import bitsandbytes.nn.modules as layers

    layers.has_avx512bf16 = lambda: False


def _torchao_for_fp8() -> None:
    """The validator asks for torchao where fp8 is on; it comes with Axolotl, and fp8 itself is not run here."""
    import axolotl.utils.schemas.config as schemas

    if hasattr(schemas, "is_fp8_available"):
        schemas.is_fp8_available = lambda: True


def _stacks_in_eight_bits() -> None:
    """A GPU's kernel takes stacked weights row by row; that for a CPU knows matrices alone."""
    from bitsandbytes import functional

    real = functional.int8_vectorwise_quant

    def by_rows(weights: Any, threshold: float = 0.0) -> Any:
        found, stats, columns = real(weights.reshape(-1, weights.shape[-1]), threshold)
        return found.reshape(weights.shape), stats, columns

    functional.int8_vectorwise_quant = by_rows


def _autocast_on_a_cpu() -> None:
    """torch has it in bf16; transformers asks for a GPU."""
    import transformers.training_args as asked

    if hasattr(asked, "is_torch_bf16_gpu_available"):
        asked.is_torch_bf16_gpu_available = lambda: True


def _experts_on_a_cpu() -> None:
    """`quantize_moe_experts` quantizes what lies on a GPU; here all that is on a CPU."""
    import axolotl.monkeypatch.moe_quant as quantizing

    text = inspect.getsource(quantizing.patch_moe_quantization_on_load)
    exec(text.replace("param_value.is_cuda", "param_value.is_cpu"), vars(quantizing))
