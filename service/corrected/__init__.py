"""Answers that a person corrected: linked anew, written in the formats of the office, kept as training data."""
