"""The chat templates that Axolotl brings, and the tokenizers that people use with them; templates.toml, typed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from wizard.domain.version import Version, parse_version
from wizard.knowledge.axolotl.fields import fields
from wizard.knowledge.load import toml

FALLBACK = "tokenizer_default_fallback_"
"""Before a template's name: that one where the tokenizer has none of its own."""
DEFAULT = "tokenizer_default"
"""The name of the tokenizer's own template."""


@dataclass(frozen=True, slots=True)
class Template:
    """`end`: what stands after an assistant's turn, None for the tokenizer's eos. `marks`: its other tokens.

    `refuses`: the roles of messages at which it stops.
    """

    end: str | None
    marks: frozenset[str]
    refuses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class KnownTokenizer:
    """`eos`: its end-of-sequence token. `end`: the token that its own template's text ends a turn with, "" for a
    tokenizer without a template, None where nothing is known against its being the eos. `lacks`: marks that are no
    token of it. `special`: patterns of all its added tokens, where its ordinary ones join no letters and other signs;
    None where that is not known. `thinks`: its template's prompt for an answer ends with an empty thought. `first`,
    `last`: the added tokens' numbers.
    """

    eos: str
    end: str | None
    lacks: frozenset[str]
    thinks: bool = False
    first: int = 0
    last: int | None = None
    special: tuple[str, ...] | None = None

    def splits(self, token: str) -> bool:
        """Whether it is known to make several tokens of this one, such as `<|stop|>`."""
        if token in self.lacks:
            return True
        wrapped = re.fullmatch(r"[^\w\s]+[\w-]*[^\W\d_][\w-]*[^\w\s]+", token)
        return self.special is not None and bool(wrapped) and not any(re.fullmatch(one, token) for one in self.special)


@cache
def templates(version: Version) -> frozenset[str]:
    """The names that `chat_template` takes."""
    return frozenset(str(value) for value in fields(version)["chat_template"].values)


@cache
def texts_of_templates() -> dict[str, Template]:
    """The templates that Axolotl has a text of; `jinja` and `tokenizer_default` have none."""
    rows = toml("axolotl/templates")["templates"]
    return {
        name: Template(
            None if row["end"] == "eos" else row["end"],
            frozenset(row.get("marks", ())),
            frozenset(row.get("refuses", ())),
        )
        for name, row in rows.items()
    }


@cache
def _sources() -> Mapping[str, str]:
    found: dict[str, str] = json.loads(Path(__file__).with_name("chat_templates.json").read_text(encoding="utf-8"))
    return found


def source_of_template(name: str) -> str | None:
    """The Jinja text of a template that Axolotl brings (0.19.0 to 0.21.0 the same); None for any other name."""
    return _sources().get(name.removeprefix(FALLBACK))


@lru_cache(maxsize=64)
def tokenizer(model: str) -> KnownTokenizer | None:
    """The tokenizer of a base model by its id, None where it is not known."""
    for row in toml("axolotl/templates")["tokenizers"]:
        if re.match(row["pattern"], model, re.IGNORECASE):
            more = {key: row[key] for key in ("thinks", "first", "last") if key in row}
            more["special"] = tuple(row["special"]) if "special" in row else None
            return KnownTokenizer(row["eos"], row.get("end"), frozenset(row.get("lacks", ())), **more)
    return None


@cache
def every_mark() -> frozenset[str]:
    """The tokens of all templates and tokenizers that are known."""
    rows = toml("axolotl/templates")["tokenizers"]
    said = {str(one) for row in rows for one in (row["eos"], row.get("end"), *row.get("lacks", ())) if one}
    return frozenset(said.union(*({*one.marks, one.end or ""} for one in texts_of_templates().values())))


@lru_cache(maxsize=64)
def family_template(model: str) -> str | None:
    """The template of Axolotl's that a base model's family is trained with, None where it brings none of it."""
    rows = toml("axolotl/templates")["families"]
    return next((str(row["template"]) for row in rows if re.match(row["pattern"], model, re.IGNORECASE)), None)


def image_written(template: str) -> str | None:
    """What a template of Axolotl's writes where an image stands; None for one that speaks of no image."""
    found = toml("axolotl/templates")["images"]["written"].get(template.removeprefix(FALLBACK))
    return None if found is None else str(found)


def template_of_images(architecture: str) -> str | None:
    """The template that Axolotl documents for rows with images, by the model's model_type; None where it has none."""
    found = toml("axolotl/templates")["images"]["template"].get(architecture)
    return None if found is None else str(found)


def knows_turns(template: str | None, architecture: str | None, version: Version) -> bool:
    """Whether Axolotl tells turns apart in rows with images: by the name of a template, or of an architecture."""
    found = toml("axolotl/templates")["images"]["turns"]
    since = found["architectures"].get(architecture)
    begun = parse_version(since) if since is not None else None
    return template in found["templates"] or (begun is not None and begun <= version)


def image_wanted(architecture: str) -> str | None:
    """What a model's processor looks for where an image goes, by its model_type; None where that is not known."""
    found = toml("axolotl/templates")["images"]["wanted"].get(architecture)
    return None if found is None else str(found)
