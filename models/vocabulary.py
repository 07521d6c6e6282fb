"""What the network knows of writing: characters and words."""

from dataclasses import dataclass
from pathlib import Path

from models.alphabet import Alphabet
from models.lexicon import Lexicon

ALPHABET_FILE = "alphabet.txt"
LEXICON_FILE = "lexicon.txt"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The characters and the words that a network has vectors for."""

    alphabet: Alphabet
    lexicon: Lexicon

    def save(self, folder: Path) -> None:
        """Write both into a model's folder."""
        self.alphabet.save(folder / ALPHABET_FILE)
        self.lexicon.save(folder / LEXICON_FILE)

    @classmethod
    def load(cls, folder: Path) -> "Vocabulary":
        """Read what ``save`` wrote; ModelError if a file is missing or damaged."""
        return cls(Alphabet.load(folder / ALPHABET_FILE), Lexicon.load(folder / LEXICON_FILE))
