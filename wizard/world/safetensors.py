"""What a checkpoint's tensors take, as published: from the headers of its files, or from its index; never the weights.

The format: huggingface/safetensors, README "Format": 8 bytes with the header's length (little-endian), the header
(JSON, at most 100 MB), the tensors. The index is what `save_pretrained` of transformers writes beside several files;
saved under ZeRO-3 it may count but one rank's share (huggingface/huggingface_hub issue 4221), so headers go first.
"""

from __future__ import annotations

import re
from contextlib import suppress
from math import prod
from pathlib import Path
from typing import Any

from wizard.domain.errors import InputError
from wizard.world.jsonfile import parse_object

INDEX = "model.safetensors.index.json"
MAX_INDEX = 32 << 20
MAX_HEADER = 16 << 20
_MAX_DIMENSIONS = 32
_MAX_COUNT = 1 << 63
_PART_OF = re.compile(r"-(\d+)-of-(\d+)\.safetensors$")


def stored(folder: Path) -> int | None:
    """The bytes of the tensors in a folder; None where there are none, where files are missing or can't be understood.

    The index counts where not every file is there, as after a look at the hub. Nothing is raised: what is not known
    takes nothing from the estimate.
    """
    for way in (_added, _told):
        with suppress(InputError, OSError, ValueError, RuntimeError):
            found = way(folder)
            if found is not None:
                return found
    return None


def header(path: Path) -> int:
    """The bytes that one safetensors file's header tells. Raises InputError where it is none, OSError where unread."""
    if not path.is_file():
        raise InputError("not a regular file", file=str(path))
    whole = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if whole < 8 or not 0 < length <= min(MAX_HEADER, whole - 8):
            raise InputError("not a safetensors file: its header's length can't be right", file=str(path))
        tensors = parse_object(file.read(length), str(path))
    tensors.pop("__metadata__", None)
    room = whole - 8 - length
    size = sum(_tensor(tensor, room, str(path)) for tensor in tensors.values())
    if size > room:
        raise InputError("not a safetensors file: its tensors overlap", file=str(path))
    return size


def _tensor(tensor: Any, room: int, path: str) -> int:
    """The bytes of one entry: {"dtype": "BF16", "shape": [..], "data_offsets": [begin, end]}."""
    wrong = InputError("not a safetensors file: a tensor's entry can't be right", file=path)
    if not isinstance(tensor, dict):
        raise wrong
    shape, offsets = _counts(tensor.get("shape")), _counts(tensor.get("data_offsets"))
    if not isinstance(tensor.get("dtype"), str) or shape is None or offsets is None or len(offsets) != 2:
        raise wrong
    taken = offsets[1] - offsets[0]
    if taken < 0 or offsets[1] > room or prod(shape) > 8 * taken:  # no type is smaller than a bit
        raise wrong
    return taken


def _counts(value: Any) -> list[int] | None:
    """A short list of whole numbers from 0 on; None for anything else."""
    if not isinstance(value, list) or len(value) > _MAX_DIMENSIONS:
        return None
    return value if all(type(one) is int and 0 <= one < _MAX_COUNT for one in value) else None


def _told(folder: Path) -> int | None:
    """What the index's metadata tells as total_size."""
    index = folder / INDEX
    if not index.is_file() or index.stat().st_size > MAX_INDEX:
        return None
    with index.open("rb") as file:
        about = parse_object(file.read(MAX_INDEX), str(index)).get("metadata")
    return _whole_number(about.get("total_size")) if isinstance(about, dict) else None


def _whole_number(value: Any) -> int | None:
    """A count from 1 on; older files write it as 16060522496.0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 < value < _MAX_COUNT else None


def _added(folder: Path) -> int | None:
    """What the headers of all its files tell together."""
    return sum(map(header, _files(folder))) or None


def _files(folder: Path) -> list[Path]:
    """The files that hold the checkpoint once; empty where one of its parts is missing.

    model.safetensors is what transformers loads. Mistral's consolidated files hold the same tensors again, and
    an adapter is not of the checkpoint.
    """
    single = folder / "model.safetensors"
    if single.is_file():
        return [single]
    found = [path for path in sorted(folder.glob("*.safetensors")) if not path.name.startswith("adapter_")]
    found = [path for path in found if not path.name.startswith("consolidated")] or found
    parts = [(int(part[1]), int(part[2])) for path in found if (part := _PART_OF.search(path.name))]
    whole = [(number, len(found)) for number in range(1, len(found) + 1)]
    return found if not parts or sorted(parts) == whole else []
