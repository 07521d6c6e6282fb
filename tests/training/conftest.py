"""A network small enough to train in a test, and documents for it."""

import pytest
import torch

from annotations import Document, markup
from models.alphabet import Alphabet
from models.lexicon import Lexicon
from models.network import CONTEXT_LAYERS, HeadConfig, TaggerNetwork
from models.vocabulary import Vocabulary
from training import export

# The networks here are so small that threads would only wait for each other.
torch.set_num_threads(1)

_MARKED = (
    "⟦R市民政局R⟧⟦D年底前D⟧⟦T新建⟦M照料中心M⟧⟦N50N⟧⟦U个U⟧T⟧。已建成⟦M床位M⟧⟦A320A⟧⟦U张U⟧。\n"
    "二、⟦T健全救助体系T⟧，⟦M保障标准M⟧提高⟦N5N⟧⟦U%U⟧以上。（⟦R市财政局R⟧）\n"
)


@pytest.fixture
def document() -> Document:
    return markup.parse("plan", _MARKED * 3)


@pytest.fixture
def vocabulary(document: Document) -> Vocabulary:
    lexicon = Lexicon({"民政": -9.0, "市民": -9.5, "政局": -12.0, "照料": -10.0, "中心": -9.0, "政": -8.0})
    return Vocabulary(Alphabet(sorted(set(document.text))), lexicon)


@pytest.fixture
def network(vocabulary: Vocabulary) -> TaggerNetwork:
    torch.manual_seed(1)
    config = export.encoder_config(
        vocab_size=len(vocabulary.alphabet),
        hidden_size=32,
        num_hidden_layers=CONTEXT_LAYERS + 2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=512,
        type_vocab_size=2,
        layer_norm_eps=1e-12,
    )
    return TaggerNetwork(config, len(vocabulary.lexicon), HeadConfig(hidden=32, dropout=0.0))
