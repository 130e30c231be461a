"""What a process keeps that judges one document after another: `python -m benchmarks.memory [--count 5000]`.

Every document is another one: settings, model, and words that nobody knows. Prints the resident memory after each
1,000 documents, once through `review` and once from text as `check` does; it must come to rest.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import os
import random
import subprocess
from collections.abc import Callable, Iterator

import yaml

from wizard.cli.checker import Checker
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.architecture import build
from wizard.knowledge.models.catalogue import catalogue
from wizard.review import review

EVERY = 1000


def resident() -> float:
    """Resident MiB of this process."""
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(os.getpid())], capture_output=True, text=True, check=True)
    return int(shown.stdout) / 1024


def documents(seed: int = 1) -> Iterator[tuple[dict[str, object], Model]]:
    """Settings and a model that no other document has."""
    dice = random.Random(seed)
    names = list(catalogue())
    for number in itertools.count(1):
        row = catalogue()[dice.choice(names)]
        model = build({**row.config, "vocab_size": 32_000 + number}, f"someone/model-{number}")
        values: dict[str, object] = {
            "base_model": model.id,
            "model_type": f"Model{number}",
            "optimizer": dice.choice(("adamw_torch", "adamw_bnb_8bit", f"optimizer_{number}")),
            "sequence_len": dice.randrange(512, 16384),
            "micro_batch_size": dice.randrange(1, 9),
            "gradient_accumulation_steps": dice.choice((1, 2, 4)),
            "gradient_checkpointing": dice.choice((True, False)),
            "attn_implementation": dice.choice(("sdpa", "eager", "flash_attention_2")),
            "datasets": [{"path": f"data-{number}.jsonl", "type": f"form-{number}"}],
            "output_dir": f"./out-{number}",
            f"unknown_{number}": number,
            **dice.choice(({}, _lora(dice, number), {"unfrozen_parameters": [f"layers.{number}.", "lm_head"]})),
        }
        yield values, model


def _lora(dice: random.Random, number: int) -> dict[str, object]:
    targets = dice.choice((["q_proj", f"part_{number}"], f"layers[.]({number}|1)[.].*_proj", None))
    aims = {"lora_target_linear": True} if targets is None else {"lora_target_modules": targets}
    quantized = dice.choice(({"adapter": "lora"}, {"adapter": "qlora", "load_in_4bit": True}))
    return {"lora_r": dice.randrange(2, 300), "lora_alpha": number, "lora_dropout": 0.01, **aims, **quantized}


def grown(title: str, judge: Callable[[dict[str, object], Model], object], count: int) -> None:
    """A line for each 1,000 documents."""
    print(f"documents     MiB   more   ({title})")
    before = 0.0
    for number, (values, model) in zip(range(count + 1), documents(), strict=False):
        if number % EVERY == 0:
            gc.collect()
            now = resident()
            print(f"{number:9,} {now:7.1f} {now - before:+6.1f}")
            before = now
        judge(values, model)


def main() -> None:
    """Both ways, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    count = parser.parse_args().count
    machine = named_machine("rtx-4090")
    checker, known = Checker(gpu="rtx-4090"), itertools.cycle(catalogue())

    def checked(values: dict[str, object], _: Model) -> None:
        checker.judge(yaml.safe_dump({**values, "base_model": next(known)}), "a.yml").places()

    grown("review", lambda values, model: review(Plan(values), model, machine), count)
    grown("check, from text", checked, count)


if __name__ == "__main__":
    main()
