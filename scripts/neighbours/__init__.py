"""What each rule says around its own examples: one setting changed at a time, and what is heard then.

`python -m scripts.neighbours [CODE ...]` writes `tests/rules/neighbours/TOPIC.txt`, of these rules or of all;
`--check` tells what would change and writes nothing, `--say` prints the whole findings to be read. The keys that are
changed are those that the rule reads, their values those near to what stands there, those that the field takes and
those beside the numbers in the rule's file. What is recorded is what was heard, not what is right: a difference is for
a person to judge.
"""
