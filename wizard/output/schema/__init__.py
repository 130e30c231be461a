"""The JSON Schema of Axolotl's YAML, for editors and validators; from the facts of each version."""
