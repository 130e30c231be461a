"""What the rows of data come to: their texts, their lengths, the steps of an epoch."""
