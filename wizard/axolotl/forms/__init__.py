"""What form a data file has: the entry of `datasets` that reads it, a question, or why nothing reads it."""
