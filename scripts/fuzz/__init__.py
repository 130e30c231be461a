"""Hostile input for everything that memwizard reads, made from a seed, and what is wrong with the answers."""
