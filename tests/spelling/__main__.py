"""`python -m tests.spelling [--recorded]`: asks Axolotl about every spelling, records it, prints what differs."""

from __future__ import annotations

import sys

from tests.spelling.compare import differences
from tests.spelling.judged import cases, judged, recorded, save


def main() -> None:
    """Print every place where Axolotl reads two spellings alike and memwizard does not."""
    if "--recorded" in sys.argv:
        groups = recorded()
    else:
        groups = judged(cases())
        save(groups)
    found = differences(groups)
    sys.stdout.write("\n".join([*found, f"{sum(map(len, groups))} spellings, {len(found)} read otherwise"]) + "\n")


if __name__ == "__main__":
    main()
