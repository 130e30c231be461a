"""Trains with a real Axolotl through memwizard, and ends it in several ways: `python -m scripts.watched PYTHON`."""
