"""One model of each architecture."""

from __future__ import annotations

from wizard.knowledge.models.catalogue import catalogue

FIRST = {str(row.config["model_type"]): row.id for row in reversed(catalogue().values())}
"""By model_type, the first that the catalogue has."""
