"""Answers of the search, judged by a sum that shares no code with it: `python -m benchmarks.apart`.

Random machines with one to eight GPUs, random models, lengths and wishes, from one seed; `answers.jsonl` has each
answer and the sum. `shapes` counts weights from a model's config.json, `by_hand` adds up what a process holds while it
loads and while it trains, from published formulas; neither imports anything of `wizard`. The sum is coarser than the
estimate, and counts what is there for certain: an answer that it puts over what is free is wrong, or the sum is.
"""
