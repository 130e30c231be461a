"""Rows to train on, and the images and sounds in them."""

from __future__ import annotations

import base64
import io
import json
import struct
from functools import cache
from random import Random
from typing import Any

from scripts.fuzz.case import Case
from scripts.fuzz.hostile import as_json, broken, changed, text, value

ROWS: tuple[dict[str, Any], ...] = (
    {"instruction": "a", "input": "", "output": "b"},
    {"text": "a long text"},
    {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}]},
    {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Ho"}]},
    {"prompt": "a", "chosen": "b", "rejected": "c"},
    {"prompt": [{"role": "user", "content": "Hi"}], "completion": "a", "label": True},
    {"messages": [{"role": "user", "content": [{"type": "image", "path": "a.png"}, {"type": "text", "text": "x"}]}]},
    {"input_ids": [1, 2, 3], "labels": [1, 2, 3], "attention_mask": [1, 1, 1]},
)
_PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + b"\x08\x02\0\0\0"
_MEDIA = (
    _PNG, b"GIF89a\x10\0\x10\0", b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x0f\0\0\x0f\0\0", b"fLaC" + b"\0" * 34,
    b"\xff\xd8\xff\xe0\0\x10JFIF" + b"\0" * 10 + b"\xff\xc0\0\x11\x08\0\x10\0\x10\x03" + b"\0" * 9,
    b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data\0\x10\0\0",
)  # fmt: skip


def _read(dice: Random, name: str, files: dict[str, bytes]) -> Case:
    kind = dice.random()
    more: tuple[str, ...] = ("--gpu", "24GiB")
    if kind < 0.1:
        call: tuple[str, ...] = ("generate", "--data", name, "--gpu", "24GiB", "-o", "out.yml")
        return Case(call, files)
    if kind < 0.3:
        more += ("--type", dice.choice(("alpaca", "chat_template", "completion", "sharegpt", text(dice))))
    json_asked = dice.random() < 0.7
    return Case(("data", name, *more, *(["--json"] if json_asked else [])), files)


def jsonl(dice: Random) -> Case:
    """Rows as lines of JSON, or one list, or one object with a list."""
    first = dice.choice(ROWS)
    found = [changed(dice, first, dice.randint(0, 2)) for _ in range(dice.choice((0, 1, 3, 30)))]
    kind = dice.random()
    if kind < 0.6:
        content = b"\n".join(as_json(dice, row) if dice.random() < 0.3 else json.dumps(row).encode() for row in found)
    else:
        content = as_json(dice, found if kind < 0.9 else {"data": found, "version": 1})
    content = broken(dice, content) if dice.random() < 0.3 else content
    name = dice.choice(("rows.jsonl", "rows.json", "r\x1b[31m.jsonl"))
    return _read(dice, name, {name: content})


def csv(dice: Random) -> Case:
    """Rows as a table of text."""
    head = dice.choice((b"text", b"instruction,input,output", b'"a","b\nc"', b"", b"\xef\xbb\xbftext;b", b"a,a,a"))
    lines = [
        ",".join(text(dice) for _ in range(dice.randint(0, 4))).encode(errors="surrogatepass")
        for _ in range(dice.randint(0, 9))
    ]
    content = b"\n".join((head, *lines))
    name = dice.choice(("rows.csv", "rows.csv", "rows.csv", "rows.tsv"))
    return _read(dice, name, {name: broken(dice, content) if dice.random() < 0.6 else content})


@cache
def _tables() -> tuple[bytes, ...]:
    import pyarrow
    from pyarrow import parquet as writer

    made = []
    for row in ROWS:
        for compression in ("none", "zstd"):
            sink = io.BytesIO()
            writer.write_table(pyarrow.Table.from_pylist([row] * 20), sink, compression=compression)
            made.append(sink.getvalue())
    return tuple(made)


def parquet(dice: Random) -> Case:
    """Rows as columns."""
    return _read(dice, "rows.parquet", {"rows.parquet": broken(dice, dice.choice(_tables()), 1)})


def media(dice: Random) -> Case:
    """Rows with images and sounds, in files or in themselves."""
    content = broken(dice, dice.choice(_MEDIA))
    inside = "data:image/png;base64," + base64.b64encode(content).decode()
    place = dice.choice(("a.png", inside, inside[22:], "./a.png", text(dice)))
    kind = dice.choice(("image", "audio", "video"))
    part: dict[str, Any] = {"type": kind, dice.choice(("path", "url", "base64", kind)): place}
    row: dict[str, Any] = {"messages": [{"role": "user", "content": [part, {"type": "text", "text": "x"}]},
                        {"role": "assistant", "content": [{"type": "text", "text": "a cat"}]}]}  # fmt: skip
    if dice.random() < 0.3:
        row["images"] = [place, value(dice)]
    rows = json.dumps(row).encode() + b"\n"
    config = (
        b"base_model: Qwen/Qwen2.5-VL-3B-Instruct\nprocessor_type: AutoProcessor\nskip_prepare_dataset: true\n"
        b"remove_unused_columns: false\nsample_packing: false\nsequence_len: 2048\nmicro_batch_size: 1\n"
        b"datasets: [{path: rows.jsonl, ds_type: json, type: chat_template}]\n"
    )
    files = {"rows.jsonl": rows * 3, "a.png": content, "my.yml": config}
    call = ("data", dice.choice(("my.yml", "rows.jsonl")), "--gpu", "24GiB", "--json")
    return Case(call, files)
