"""Write the records, tell what differs, or say it all."""

from __future__ import annotations

import argparse
import sys

from scripts.neighbours import __doc__ as about
from scripts.neighbours.write import said, write
from wizard.rules.catalogue import find, load


def main() -> int:
    """1 where --check finds a difference."""
    parser = argparse.ArgumentParser(
        prog="scripts.neighbours", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("codes", nargs="*", metavar="CODE", help="rules, by code or name; else all")
    parser.add_argument("--new", action="store_true", help="only rules of which nothing is recorded yet")
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("--say", action="store_true", help="print them with their messages, and write nothing")
    asked = parser.parse_args()
    rules = [load(find(code)) for code in asked.codes]
    if asked.say:
        sys.stdout.writelines(f"{text}\n" for rule in rules for text in (rule.code, *said(rule)))
        return 0
    differ = write([rule.code for rule in rules], new_alone=asked.new, look=asked.check)
    sys.stdout.write(f"{len(differ)} recorded otherwise: {' '.join(differ)}\n" if differ else "as recorded\n")
    return bool(differ) and asked.check


if __name__ == "__main__":
    sys.exit(main())
