"""Small faults put into wizard/axolotl, wizard/memory and wizard/rules, one at a time, to see whether a test tells.

`python -m scripts.mutants [--sample 150] [--seed 1] [--record] [TESTS]`, with Python 3.12 or newer. The tests are run
once, to learn which function each of them calls. Then a copy of that process gets one changed function and runs the
tests that call it, until one fails. Texts for people, types and what stands outside a function are left as they are.
"""
