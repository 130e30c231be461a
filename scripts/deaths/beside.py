"""Runs in Axolotl's own environment: puts a small model and rows beside the configs that are to die."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.architectures.small import model_of
from scripts.runs.judge.beside import tokenizer_of

_SHAPE = {
    "hidden_size": 512, "intermediate_size": 1024, "num_hidden_layers": 2, "num_attention_heads": 8,
    "num_key_value_heads": 4, "vocab_size": 8000, "max_position_embeddings": 2048, "pad_token_id": 0, "bos_token_id": 1,
    "eos_token_id": 2, "tie_word_embeddings": False,
}  # fmt: skip


def main(folder: Path) -> None:
    """Some 12 million parameters: a limit of some MiB is met soon, and a step takes a second."""
    from transformers import AutoConfig

    config = AutoConfig.for_model("llama", **_SHAPE)
    config.dtype = "float32"
    for name, template in (("model", True), ("no-template", False)):
        tokenizer = tokenizer_of({})
        if not template:
            tokenizer.chat_template = None
        model_of(config).save_pretrained(folder / name)
        tokenizer.save_pretrained(folder / name)
    rows = [{"instruction": f"add {one}", "input": "1 1", "output": "two " * 60} for one in range(64)]
    _put(folder / "rows.jsonl", rows)
    talk = [{"role": "user", "content": "hello"}, {"role": "assistant", "content": "hello " * 20}]
    _put(folder / "chat.jsonl", [{"messages": talk} for _ in range(64)])
    _put(folder / "nulls.jsonl", [{"messages": talk} for _ in range(8)] + [{"messages": None}])
    (folder / "broken.jsonl").write_text('{"instruction": "a", "output": "b"}\n{"instruction": "a"', encoding="utf-8")


def _put(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
