"""Training on the labels."""

import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from annotations.schema import Document
from annotations.scoring import Report, compare
from models.calibration import Calibration
from models.inputs import Tokens, pad
from models.network import TaggerNetwork
from models.tagger import Tagger
from models.tags import HEADS
from models.vocabulary import Vocabulary
from training import batches, checkpoint
from training.config import TrainConfig
from training.examples import IGNORED, AnnotatedText, Example
from training.optimizer import MovingAverage, adamw, freeze, schedule
from training.variation import passages, vary

_SAVE_EVERY = 50


class TorchRuntime:
    """The network in torch with the interface of ``models.runtime.Runtime``: what training evaluates with."""

    def __init__(self, network: TaggerNetwork) -> None:
        self._network = network

    @torch.inference_mode()
    def score(self, windows: Sequence[Tokens]) -> Iterator[NDArray[np.float32]]:
        """Tag scores of each window's text, shape (code points, TAG_COUNT), in the order given."""
        self._network.eval()
        for window in windows:
            batch = pad([window])
            scores = self._network(*map(torch.from_numpy, batch.arrays()))
            yield scores[0, window.text_start : -1].float().numpy()


def train(
    network: TaggerNetwork,
    vocabulary: Vocabulary,
    documents: Sequence[Document],
    dev: Sequence[Document],
    config: TrainConfig,
    seed: int,
    folder: Path,
    bfloat16: bool,
) -> float:
    """Train in place; at the end the network holds the moving average of its weights, or the mean of that with those it
    began with. Returns the seconds that it took.

    Checkpoints go to ``folder``, and a run that finds some there goes on from the last. ``dev`` is scored after each
    epoch, to be read, never to choose the weights.
    """
    texts = [AnnotatedText(document) for document in documents]
    encoder = network.encoder.bert.config
    freeze(network, config.frozen)
    start = {name: value.clone() for name, value in network.state_dict().items()}
    optimizer = adamw(
        network, config.rate, config.head_rate, encoder.num_hidden_layers, config.layer_decay, config.weight_decay
    )
    # About half of the sentences are passages.
    size = sum(_size(d) for d in documents) * (1 + config.passages / 2)
    steps_an_epoch = max(1, round(size / config.tokens))
    steps = steps_an_epoch * config.epochs
    rates = schedule(optimizer, steps, config.warmup)
    average = MovingAverage(network, config.average)
    watch = checkpoint.Stopwatch()
    parts = {"network": network, "optimizer": optimizer, "schedule": rates, "average": average, "watch": watch}
    resumed = checkpoint.resume(folder, **parts)
    step, epoch, began, seen = 0, 0, time.monotonic(), 0
    losses: list[float] = []
    while step < steps:
        rng = random.Random(f"{seed}/train/{epoch}")
        forms = [
            AnnotatedText(vary(document, rng)) if rng.random() < config.variation else text
            for document, text in zip(documents, texts, strict=True)
        ]
        forms += [AnnotatedText(passage) for d in documents for passage in passages(d, rng, config.passages)]
        examples = [e for text in forms for e in text.examples(vocabulary, rng, config.context_dropout)]
        for batch in batches.by_length(examples, config.tokens, rng):
            step += 1
            if step <= resumed or step > steps:
                continue
            torch.manual_seed(seed * 100_000 + step)
            network.train()
            loss = _loss(network, batch, bfloat16)
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            rates.step()
            optimizer.zero_grad(set_to_none=True)
            average.update(network)
            losses.append(loss.item())
            seen += sum(map(len, batch))
            if step % 20 == 0:
                speed = seen / (time.monotonic() - began)
                print(f"train {step}/{steps}: loss {np.mean(losses[-20:]):.4f}, {speed:.0f} tokens/s", flush=True)
            if step % _SAVE_EVERY == 0:
                checkpoint.save(folder, step, **parts)
        epoch += 1
        if dev and resumed < step:
            _report_epoch(network, average, vocabulary, dev, epoch)
    checkpoint.save(folder, steps, **parts)
    network.load_state_dict({name: trained.lerp(start[name], config.keep) for name, trained in average.weights.items()})
    return watch.seconds


def evaluate(
    network: TaggerNetwork,
    vocabulary: Vocabulary,
    documents: Sequence[Document],
    calibration: Calibration | None = None,
) -> Report:
    """Score the network, in float32, on annotated documents."""
    tagger = Tagger(vocabulary, TorchRuntime(network), "training", "0", calibration)
    found = tagger.annotate([d.text for d in documents])
    return compare(documents, [annotation.entities for annotation in found])


def _report_epoch(
    network: TaggerNetwork, average: MovingAverage, vocabulary: Vocabulary, dev: Sequence[Document], epoch: int
) -> None:
    current = {name: value.clone() for name, value in network.state_dict().items()}
    network.load_state_dict(average.weights)
    report = evaluate(network, vocabulary, dev)
    network.load_state_dict(current)
    figures = ", ".join(f"{name} {count.f1:.3f}" for name, count in report.strict.items())
    print(f"epoch {epoch}: dev {figures}", flush=True)


def _size(document: Document) -> float:
    # Contexts add about a fifth, padding a little.
    return len(document.text) * 1.25


def _loss(network: TaggerNetwork, examples: list[Example], bfloat16: bool) -> Tensor:
    batch = pad([e.tokens for e in examples])
    tags = np.full((*batch.ids.shape, len(HEADS)), IGNORED, dtype=np.int64)
    for row, example in enumerate(examples):
        tags[row, : len(example)] = example.tags
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16):
        scores = network(*map(torch.from_numpy, batch.arrays()))
    wanted = torch.from_numpy(tags)
    losses = [
        nn.functional.cross_entropy(
            scores[..., head.start : head.start + head.count].flatten(0, 1).float(),
            wanted[..., column].flatten(),
            ignore_index=IGNORED,
        )
        for column, head in enumerate(HEADS)
    ]
    return torch.stack(losses).sum()
