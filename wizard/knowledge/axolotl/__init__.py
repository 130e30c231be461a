"""What Axolotl takes: its fields, their types, and the forms of its datasets."""
