"""Every figure of many plans' estimates to the byte, kept in tests/memory/ledger: what a change of the code moves.

`python -m scripts.ledgers` writes it anew, `--check` prints what moved instead, `--plan ID` a plan of it. It tells that
a figure changed, not whether it is right: that is what benchmarks/truth is for. Its difference is to be read.
"""
