"""Runs on a Python that has Axolotl: cases as JSON on stdin, on stdout what of each row is learned.

Tokens are bytes, so that every place in a text is a place between two of them; the marks of a template are one each.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from axolotl.prompt_strategies import load
from axolotl.prompt_tokenizers import AlpacaPromptTokenizingStrategy
from axolotl.prompters import AlpacaPrompter
from axolotl.utils.dict import DictDefault
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast


def tokenizer_of(case: dict[str, Any]) -> Any:
    """One of bytes, with the marks of the case."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    made = Tokenizer(models.BPE(vocab={one: place for place, one in enumerate(alphabet)}, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    found = PreTrainedTokenizerFast(tokenizer_object=made, bos_token="<s>", eos_token=case["eos"])
    found.add_special_tokens({"additional_special_tokens": sorted({*case["marks"]} - {"<s>", case["eos"]})})
    return found


def pieces(tokenizer: Any, ids: list[int], labels: list[int]) -> list[list[object]]:
    """The text in runs of one kind: each with whether it is learned."""
    found: list[list[object]] = []
    start = 0
    for place in range(1, len(ids) + 1):
        if place == len(ids) or (labels[place] == -100) != (labels[start] == -100):
            text = tokenizer.decode(ids[start:place], skip_special_tokens=False, clean_up_tokenization_spaces=False)
            found.append([text, labels[start] != -100])
            start = place
    return found


def kind_of(entry: dict[str, Any]) -> str:
    """The name of its type, that of a block included."""
    kind = entry["type"]
    return kind if isinstance(kind, str) else "user_defined"


def strategy_of(entry: dict[str, Any], tokenizer: Any, cfg: Any) -> Any:
    """What reads its rows, as axolotl/utils/data/wrappers.py chooses it."""
    kind = kind_of(entry)
    if kind == "alpaca":
        return AlpacaPromptTokenizingStrategy(AlpacaPrompter(None), tokenizer, cfg.train_on_inputs, cfg.sequence_len)
    return load(kind, tokenizer, cfg, DictDefault(entry if kind != "user_defined" else entry["type"]))


def judged(case: dict[str, Any]) -> object:
    """What is learned of the row of a case, or the error's first line."""
    tokenizer = tokenizer_of(case)
    cfg = DictDefault({"sequence_len": 4096, "train_on_inputs": False, **case["plan"]})
    try:
        strategy = strategy_of(case["entry"], tokenizer, cfg)
        batched = kind_of(case["entry"]) == "completion"  # which alone is given several at once
        row = strategy.tokenize_prompt({key: [one] for key, one in case["row"].items()} if batched else case["row"])
        row = {key: one[0] for key, one in row.items()} if batched else row
    except Exception as error:
        return f"{type(error).__name__}: {error}".splitlines()[0][:160]
    return pieces(tokenizer, list(row["input_ids"]), list(row["labels"]))


if __name__ == "__main__":
    told = [judged(one) for one in json.load(sys.stdin)]
    print("RESULT" + json.dumps(told, ensure_ascii=True))  # noqa: T201
