"""The map of what fits, as a table and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from wizard.domain.machine import Machine
from wizard.domain.text import joined
from wizard.fit.map import Cell
from wizard.knowledge.prices import Price, dated, price_of

LEGEND = """\
A figure: so many rows fit on a GPU at once, to be sure. tight: one row is
likely to fit, but not sure to. over: not one. -: longer than the model
reaches. Each cell is the plan with this model, method and length; on several
GPUs with the first of DDP, ZeRO 1, FSDP2 and ZeRO 3 that fits."""
LOST = """\
lost: no settings train this base, since transformers 5 loses its experts, which
are stored by {by} one by one; its 16-bit model trains
(`memwizard explain MW931`)."""
_METHODS = {"full": "full fine-tune", "lora": "LoRA", "lora8": "8-bit LoRA", "qlora": "QLoRA"}
_FIELDS = (
    "model", "method", "length", "gpu", "fit", "device_bytes", "micro_batch_size", "hour_usd", "spot_hour_usd",
    "experts_lost",
)  # fmt: skip


def map_table(cells: Sequence[Cell], *, by_gpu: bool, by_method: bool) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
    """Rows and heads: methods or models against GPUs or lengths, in the order of the cells."""
    columns = list(dict.fromkeys(_column(one, by_gpu=by_gpu) for one in cells))
    many = len({one.method for one in cells}) > 1
    rows: dict[str, dict[str, str]] = {}
    for one in cells:
        name = _METHODS[one.method] if by_method else f"{one.model}  {_METHODS[one.method]}" if many else one.model
        rows.setdefault(name, {})[_column(one, by_gpu=by_gpu)] = said(one)
    head = "method" if by_method else "model"
    return [(name, *(row.get(column, "") for column in columns)) for name, row in rows.items()], (head, *columns)


def prices_text(machines: Sequence[Machine]) -> str:
    """What each machine costs an hour, where that is known, and how old that is."""
    return joined([f"Price an hour ({dated()}, SkyPilot's catalogue):", *(_price(one) for one in machines)])


def _price(machine: Machine) -> str:
    found = price_of(machine) or Price()
    hour = "unknown" if found.hour is None else f"${found.hour:,.2f} ({found.cloud})"
    spot = "" if found.spot is None else f", spot ${found.spot:,.2f} ({found.spot_cloud})"
    return f"  {machine.name or machine.title}: {hour}{spot}"


def said(cell: Cell) -> str:
    """`4`, `tight`, `over`, `lost`, or `-`."""
    if cell.experts_lost:
        return "lost"
    if cell.fit == "fits":
        return str(cell.micro)
    return "-" if cell.fit == "unknown" else cell.fit


def legend(cells: Sequence[Cell]) -> str:
    """What the words of these cells mean."""
    lost = dict.fromkeys(one.experts_lost for one in cells if one.experts_lost)
    return joined([LEGEND, *(LOST.format(by=by) for by in lost)])


def map_csv(cells: Sequence[Cell]) -> str:
    """A line a cell, with a head."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_FIELDS)
    for one in cells:
        price = one.price or Price()
        known = (one.model, one.method, one.length, one.gpu, one.fit, one.needs or "", one.micro)
        writer.writerow((*known, price.hour, price.spot, one.experts_lost))
    return text.getvalue()


def _column(cell: Cell, *, by_gpu: bool) -> str:
    return cell.gpu if by_gpu else f"{cell.length:,}"


def map_lines(cells: Sequence[Cell], width: int, *, by_method: bool) -> str:
    """Methods or models against lengths, no line longer than `width` cells: names are cut, lengths shortened."""
    lengths = list(dict.fromkeys(one.length for one in cells))
    rows: dict[str, dict[int, str]] = {}
    for one in cells:
        name = _METHODS[one.method] if by_method else one.model.rpartition("/")[2]
        rows.setdefault(name, {})[one.length] = said(one)
    room = max(12, min(max(map(len, rows)), width - 7 * len(lengths)))
    head = f"{'method' if by_method else 'model':<{room}}" + "".join(f"{_short(length):>7}" for length in lengths)
    lines = [
        f"{name if len(name) <= room else f'{name[: room - 1]}…':<{room}}"
        + "".join(f"{row.get(length, ''):>7}" for length in lengths)
        for name, row in rows.items()
    ]
    return joined([head, *lines])


def _short(length: int) -> str:
    return f"{length // 1024}k" if length >= 1024 and length % 1024 == 0 else str(length)
