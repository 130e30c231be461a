"""What a word means, for whoever asks; of one that means nothing by itself, the keys that tell of it."""

from __future__ import annotations

from wizard.domain.errors import InputError
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.questions.every_key import every, found
from wizard.rules.meaning import WordMeaning, meaning

_MOST = 6


def explained(word: str, version: Version) -> WordMeaning:
    """The meaning of a word. Raises InputError with the nearest words, and with keys whose help has those typed."""
    try:
        return meaning(word, version)
    except InputError as error:
        hits = found(every(Plan({}, axolotl=version)), word) if word.strip() else []
        if not hits:
            raise
        names = ", ".join(row.key.path for row in hits[:_MOST])
        raise InputError(f"{error.message} Keys that tell of it: {names}") from None
