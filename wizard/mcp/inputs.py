"""What the tools take: each value typed, bounded and described."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

_NAME, _TEXT = 4096, 1_000_000

Path = Annotated[str, Field(max_length=_NAME, description="A file on this machine. Give this or `text`.")]
Text = Annotated[str, Field(max_length=_TEXT, description="The YAML itself, in place of a file.")]
Log = Annotated[str, Field(max_length=_TEXT, description="What the run printed, in place of a file.")]
Gpu = Annotated[
    str,
    Field(max_length=200, description="rtx-4090, 24GiB, 2xa100-80gb, ... Without it the GPUs of this machine."),
]
ModelName = Annotated[str, Field(max_length=_NAME, description="A Hugging Face id, or a folder with a config.json.")]
Axolotl = Annotated[str, Field(max_length=40, description="The Axolotl that the file is for: 0.19, 0.20, 0.21.")]
Code = Annotated[
    str,
    Field(max_length=100, description="A rule, a key or a word: MW102, padding-off, sequence_len, trl.beta, QLoRA."),
]
DataFile = Annotated[str, Field(max_length=_NAME, description="A data file: jsonl, json, csv, parquet.")]
Preset = Annotated[str, Field(max_length=200, description="A preset's name, qlora-24gb for one. Without it the best.")]
Length = Annotated[int, Field(ge=16, le=4_000_000, description="The rows to make room for, in tokens.")]
Method = Literal["full", "lora", "qlora"]
Prefer = Literal["quality", "speed", "length"]
Setting = Annotated[str, Field(max_length=10_000)]
Settings = Annotated[
    dict[str, Setting], Field(max_length=200, description="Fields to set, each with its value as YAML text.")
]
