"""`python -m benchmarks.editor [--edits N] [--seed S]`: random edits of a config in an editor.

Prints how long the findings took to come after an edit, and how much memory the language server took on. Stops at the
first answer that is an error.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from pathlib import Path

from tests.lsp.editor import CONFIG, Editor, editor

_PIECES = ("\n", "  ", "- ", ":", ": ", "[", "{", "'", '"', "#", "&a", "*a", "|", "\t", "😀", "\u2028", "null", "1e400")
_WORDS = ("lora_r", "trl", "datasets", "type", "true", "Qwen/Qwen3-8B", "plugins", "<<", "!!python/name:os.system")


def edited(text: str, dice: random.Random) -> str:
    """The text with one random edit; now and then it begins anew."""
    if dice.random() < 0.02 or len(text) > 20_000:
        return long_config()
    lines = text.split("\n")
    kind = dice.random()
    if kind < 0.3:
        place = dice.randrange(len(text) + 1)
        return text[:place] + dice.choice((*_PIECES, *_WORDS)) + text[place:]
    if kind < 0.5 and text:
        place = dice.randrange(len(text))
        return text[:place] + text[place + dice.choice((1, 1, 1, 20)) :]
    number = dice.randrange(len(lines))
    if kind < 0.7:
        lines.insert(number, dice.choice(lines))
    elif kind < 0.85:
        lines.pop(number)
    else:
        lines[number] = (
            f"{' ' * dice.choice((0, 2, 4))}{dice.choice(_WORDS)}: {dice.choice((*_WORDS, '8', '-1', '0.5'))}"
        )
    return "\n".join(lines)


def long_config() -> str:
    """A config of 200 lines."""
    rows = [f"  - path: data/part{number}.jsonl\n    type: alpaca\n" for number in range(88)]
    head, tail = CONFIG.split("datasets:\n")[0], "output_dir: ./out\n"
    return f"{head}datasets:\n{''.join(rows)}{tail}"


async def ask(file: Editor, text: str, dice: random.Random) -> None:
    """Ask everything of a random place."""
    lines = text.split("\n")
    line = dice.randrange(len(lines))
    column = dice.randrange(len(lines[line]) + 2)
    await file.complete(line, column)
    await file.hover(line, column)
    await file.hints()
    await file.actions(line)


def memory(process: int) -> int:
    """Bytes of a process that are in memory."""
    pages = Path(f"/proc/{process}/statm").read_text(encoding="utf-8").split()[1]
    return int(pages) * 4096


async def edits(count: int, seed: int) -> tuple[list[float], list[int]]:
    """Seconds until the findings came, for each edit of a config, and the memory after each hundred."""
    dice = random.Random(seed)
    waited, held = list[float](), list[int]()
    with tempfile.TemporaryDirectory() as folder:
        async with editor(Path(folder), "--gpu", "24GiB") as file:
            text = long_config()
            file.open(text)
            await file.next()
            for number in range(count):
                text = edited(text, dice)
                begun = time.perf_counter()
                if file.is_config(text):
                    await asyncio.wait_for(file.becomes(text), 30)
                    waited.append(time.perf_counter() - begun)
                else:
                    file.change(text)
                if number % 10 == 0:
                    await ask(file, text, dice)
                if number % 100 == 99:
                    held.append(memory(file.process))
    return waited, held


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    waited, held = asyncio.run(edits(options.edits, options.seed))
    parts = statistics.quantiles([1000 * one for one in waited], n=100)
    print(f"{options.edits} edits, {len(waited)} judged")
    print(f"ms until the findings: median {parts[49]:.0f}, 99% {parts[98]:.0f}")
    if held:
        print(f"memory: {held[0] >> 20} MiB after 100 edits, {held[-1] >> 20} MiB after all, {max(held) >> 20} at most")
        tenths = [held[max(0, len(held) * part // 10 - 1)] for part in range(1, 11)]
        print(f"MiB after each tenth: {', '.join(str(one >> 20) for one in tenths)}")


if __name__ == "__main__":
    main()
