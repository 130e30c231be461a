"""Makes a real Axolotl die on a CPU in known ways, and keeps what it says: `python -m scripts.deaths PYTHON`."""
