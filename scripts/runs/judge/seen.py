"""What Axolotl makes of the first row of a data file: the text that is learned, and all of it."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any

_FIRST = "number 0"
"""What the row says that is looked for: Axolotl draws the order of rows."""
_ANSWERS = ("chosen", "completion")


def tell(cfg: Any, folder: Path) -> None:
    """Writes it down, from the rows as they are given to the trainer."""
    from axolotl.loaders import load_processor, load_tokenizer
    from axolotl.utils.data import prepare_datasets, prepare_preference_datasets

    tokenizer = load_tokenizer(cfg)
    if cfg.rl:
        rows = prepare_preference_datasets(cfg, tokenizer)[0]
    else:
        processor = load_processor(cfg, tokenizer=tokenizer) if cfg.processor_type else None
        rows = prepare_datasets(cfg, tokenizer, processor=processor)[0]
    found = [_told(row, tokenizer) for row in islice(rows, 64)]
    first = next((one for one in found if _FIRST in one["learned"]), found[0])
    (folder / "seen.json").write_text(json.dumps(first), encoding="utf-8")


def told(folder: Path) -> dict[str, str] | None:
    """What was written down."""
    path = folder / "seen.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def _told(row: dict[str, Any], tokenizer: Any) -> dict[str, str]:
    if "labels" in row and "input_ids" in row:
        learned = [int(one) for one in row["labels"] if int(one) != -100]
        whole = [int(one) for one in row["input_ids"]]
        return {"learned": tokenizer.decode(learned), "whole": tokenizer.decode(whole)[:600]}
    if "chosen_ids" in row:
        return {"learned": tokenizer.decode(row["chosen_ids"]), "whole": tokenizer.decode(row["rejected_ids"])}
    answer = next((one for one in _ANSWERS if one in row), None)
    if answer is None or not isinstance(row[answer], str):
        return {"learned": "", "whole": json.dumps(row, default=str)[:600]}
    return {"learned": row[answer], "whole": str(row["prompt"]) + row[answer]}
