"""Runs in Axolotl's own environment: puts the models, a tokenizer of a usual size, and rows beside the configs."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

from scripts.weighed.cases import MODELS, ROWS
from scripts.weighed.live_cases import LIVE_MODELS


def main(folder: Path, models: dict[str, dict[str, Any]]) -> None:
    """Random weights, and text of made words, the short ones the most; pairs of answers too."""
    from transformers import AutoConfig, AutoModelForCausalLM

    dice = random.Random(0)
    words = [_word(dice) for _ in range(60_000)]
    tokenizer = _tokenizer(words)
    for name, written in models.items():
        import torch

        torch.manual_seed(0)
        config = AutoConfig.for_model(**written)
        model = AutoModelForCausalLM.from_config(config).to(getattr(torch, written["dtype"]))
        model.save_pretrained(folder / name)
        tokenizer.save_pretrained(folder / name)
    with open(folder / "rows.jsonl", "w", encoding="utf-8") as target:
        for _ in range(ROWS):
            text = " ".join(dice.choice(words) for _ in range(dice.randint(20, 60)))
            target.write(json.dumps({"instruction": text[:80], "output": text}) + "\n")
    with open(folder / "pairs.jsonl", "w", encoding="utf-8") as target:
        for _ in range(ROWS // 8):
            prompt = " ".join(dice.choice(words) for _ in range(58))
            chosen, rejected = (_filling(tokenizer, prompt, words, dice) for _ in range(2))
            target.write(json.dumps({"prompt": prompt, "chosen": chosen, "rejected": rejected}) + "\n")


PAIR = 508
"""Tokens of a prompt with its answer: nearly all that the runs have room for; a longer one Axolotl leaves out."""


def _filling(tokenizer: Any, prompt: str, words: list[str], dice: random.Random) -> str:
    """An answer by which it has so many."""
    answer = list[str]()
    left = PAIR - len(tokenizer(prompt)["input_ids"])
    while left > 0:
        answer.append(dice.choice(words))
        left -= len(tokenizer(" " + answer[-1])["input_ids"])
    return " ".join(answer[:-1])


def _word(dice: random.Random) -> str:
    return "".join(dice.choice("bcdfgklmnprstvz") + dice.choice("aeiou") for _ in range(dice.randint(1, 5)))


def _tokenizer(words: list[str]) -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=31_900, special_tokens=["<pad>", "<s>", "</s>"], initial_alphabet=alphabet, show_progress=False
    )
    made.train_from_iterator([" ".join(words)], trainer)
    return PreTrainedTokenizerFast(tokenizer_object=made, pad_token="<pad>", bos_token="<s>", eos_token="</s>")


if __name__ == "__main__":
    main(Path(sys.argv[1]), LIVE_MODELS if "live" in sys.argv[2:] else MODELS)
