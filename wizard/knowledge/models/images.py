"""How a model with images sees them: its rows in images.toml with the sizes of its config.json put in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wizard.domain.errors import InputError
from wizard.domain.images import ImageForm
from wizard.domain.model import Tensor
from wizard.domain.tower import Tower
from wizard.knowledge.load import toml
from wizard.knowledge.models.config_reader import Reader

_SIZES = ("patch", "merge", "frames", "least", "most", "side", "tokens", "tiles")
_UNSAID = {
    "spatial_merge_size": 2,
    "temporal_patch_size": 2,
    "mm_tokens_per_image": 256,
    "default_output_length": 280,
    "num_soft_tokens": 280,
    "pooling_kernel_size": 3,
}


def vision(outer: Reader, tensors: Iterable[Tensor]) -> tuple[ImageForm | None, Tower | None]:
    """The processor's arithmetic and the tower; None where they are not known here, or the model sees nothing."""
    inner = outer.config.get("vision_config")
    row = toml("models/images").get(str(outer.config.get("model_type")))
    if row is None or not isinstance(inner, Mapping):
        return None, None
    found = {**toml("models/images")["defaults"], **row}
    text = outer.config.get("text_config")
    if found["bidirectional_if"] and (not isinstance(text, Mapping) or text.get(found["bidirectional_if"]) != "vision"):
        found["bidirectional"] = ""
    reader = Reader(inner, _UNSAID, place="vision_config")
    try:
        sizes = {name: _size(found[name], Reader(outer.config, _UNSAID), reader) for name in _SIZES}
        form = ImageForm(found["arithmetic"], whole=found["whole"], **sizes)
        return form, _tower(found, reader, tuple(tensors))
    except InputError:
        return None, None


def _size(value: int | str, outer: Reader, inner: Reader) -> int:
    if isinstance(value, int):
        return value
    return outer.size(value.removeprefix("outer.")) if value.startswith("outer.") else inner.size(value)


def _tower(row: Mapping[str, Any], vision: Reader, tensors: tuple[Tensor, ...]) -> Tower:
    """Widths are those of its tensors."""
    path = row["layers"]
    shapes = {tensor.path: tensor for tensor in tensors if tensor.kind == "linear"}
    act = row["act"]
    written = act[1:] if act.startswith("=") else str(vision.find(act) or "gelu")
    if not path:
        return Tower(exit=row["exit"], bidirectional=row["bidirectional"], hooked=False)
    first = shapes.get(f"{path}.{row['attention'][0]}")
    wide = shapes.get(f"{path}.{row['feed'][0]}")
    if first is None or wide is None:
        raise InputError("the tower's layers have other names")
    heads = vision.size(row["heads"])
    inner = first.shape[0] // (3 if len(row["attention"]) == 2 else 1)
    return Tower(
        path=path,
        layers=first.count,
        width=first.shape[1],
        heads=heads,
        head_dim=inner // heads,
        wide=wide.shape[0],
        attention=tuple(row["attention"]),
        feed=tuple(row["feed"]),
        norm=row["norm"],
        sandwich=row["sandwich"],
        qk_norm=row["qk_norm"],
        opening=row["opening"],
        rotary=row["rotary"],
        activation=written,
        mask=row["mask"],
        joined=row["joined"],
        clipped=vision.find("use_clipped_linears") is True,
        exit=row["exit"],
        deep=len(vision.items("deepstack_visual_indexes")),
        checkpointed=row["checkpointed"],
        hooked=row["hooked"],
        bidirectional=row["bidirectional"],
        beside=len(vision.items("intermediate_layers_indices")),
        gated_layers=vision.count("num_global_layers"),
    )
