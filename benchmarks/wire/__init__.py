"""What the wizard sends to a terminal, and how soon: `python -m benchmarks.wire`.

It starts the real program on a pseudo-terminal, presses keys and counts what comes back, beside a plain Textual form
of as many questions that is driven the same way in the same run. It prints and never fails on a number.
"""
