"""The rules: one file each, in folders by topic, and one catalogue, which `python -m scripts.rules` writes."""
