"""What runs in Axolotl's own environment: `python -m scripts.runs.judge.server`, from the repository's root."""
