"""What Axolotl learns of rows: which tokens it masks, asked of the real one and recorded for the tests."""
