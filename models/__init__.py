"""Text to spans: structure, windows, alphabet, network, decoding, runtime, and the shipped weights."""
