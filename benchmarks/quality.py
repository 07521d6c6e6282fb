"""What INT8 costs of F1: the served network against the trained one in float32 on annotated documents."""

from collections.abc import Sequence

from annotations.schema import Document
from annotations.scoring import compare
from models.network import TaggerNetwork
from models.tagger import Tagger
from models.vocabulary import Vocabulary
from training.train import TorchRuntime


def f1_loss(tagger: Tagger, network: TaggerNetwork, vocabulary: Vocabulary, documents: Sequence[Document]) -> float:
    """Points of strict micro F1 that the served network has less."""
    texts = [document.text for document in documents]
    whole = Tagger(vocabulary, TorchRuntime(network), "float32", "0", tagger.calibration)
    exact, served = (compare(documents, [a.entities for a in t.annotate(texts)]).micro for t in (whole, tagger))
    return 100 * (exact - served)
