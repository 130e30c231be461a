"""`python -m benchmarks.apart [--count 300] [--seed 13]`: draw, answer, judge, and write `answers.jsonl`."""

from __future__ import annotations

import argparse
import json
import sys

from benchmarks.apart.answers import FILE, SEED, asked, judged


def main() -> None:
    """Every answer to the file; those that the sum puts over what is free to the terminal."""
    reader = argparse.ArgumentParser(prog="python -m benchmarks.apart")
    reader.add_argument("--count", type=int, default=300)
    reader.add_argument("--seed", type=int, default=SEED)
    given = reader.parse_args()
    rows = [judged(question) for question in asked(given.seed, given.count)]
    FILE.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    answered = [row for row in rows if row["says"]]
    over = [row for row in answered if row["by_hand"] > row["free"]]
    sys.stdout.write(f"{len(rows)} asked, {len(answered)} answered, {len(over)} over by the sum\n")
    for row in over:
        sys.stdout.write(f"{row['model']} on {row['gpus']}: {row['says']}: {row['by_hand']:,} of {row['free']:,}\n")


if __name__ == "__main__":
    main()
