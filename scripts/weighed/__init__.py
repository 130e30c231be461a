"""Weighs what a real Axolotl on a CPU leaves on disk and holds of host memory: `python -m scripts.weighed PYTHON`."""
