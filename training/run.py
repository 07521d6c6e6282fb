"""A whole run: base encoder, adaptation, training, export, evaluation, model card."""

from collections.abc import Sequence
from pathlib import Path

import torch

from annotations.schema import Document, Entity
from annotations.scoring import Report, compare
from models import structure, windows
from models.inputs import tokens
from models.network import HeadConfig, TaggerNetwork
from models.tagger import NETWORK_FILE, Tagger
from models.vocabulary import Vocabulary
from training import base, calibration, card, data, export, limits
from training.adapt import MaskedCharacterModel, adapt
from training.config import Config
from training.train import evaluate, train

NAME = "mubiao-char-small"


def run(config: Config, root: Path, work: Path, output: Path, version: str) -> Report:
    """Make a model and write it to ``output``; returns the exported network's scores on dev.

    Checkpoints lie in ``work``: the same call after an interruption goes on where it stopped. Raises TrainingError,
    AnnotationError or ModelError for what cannot be used.
    """
    torch.manual_seed(config.seed)
    loaded = data.load(config.data, root)
    for path in loaded.absent:
        print(f"{path} is not here; going on without it", flush=True)
    seconds: dict[str, float] = {}
    if config.init:
        network, vocabulary = export.load(root / config.init)
    else:
        network, vocabulary, seconds["adaptation"] = _adapted(config, loaded, work / "adapt")
    seconds["training"] = sum(
        train(network, vocabulary, loaded.train, loaded.dev, stage, config.seed, work / name, config.bfloat16)
        for name, stage in (("train", config.train), ("polish", config.polish))
        if stage.epochs
    )
    return finish(network, vocabulary, config, loaded, seconds, output, version)


def finish(
    network: TaggerNetwork,
    vocabulary: Vocabulary,
    config: Config,
    loaded: data.Data,
    seconds: dict[str, float],
    output: Path,
    version: str,
) -> Report:
    """Export a trained network to ``output``, fit its confidence on dev, measure it and write its card.

    ``seconds`` is how long each stage took. Returns the exported network's scores on dev.
    """
    sample = limits.draw(loaded.train, vocabulary, config.seed)
    export.save(network, vocabulary, output, NAME, version, sample)
    # Not calibrated yet, so that all spans are there, unlikely ones too.
    found = annotate_exported(output, loaded.dev)
    judged = [calibration.judge(document, entities) for document, entities in zip(loaded.dev, found, strict=True)]
    all_judged = [span for spans in judged for span in spans]
    curves = calibration.fit(all_judged)
    export.set_calibration(output, curves)
    measured = card.Measured(
        network=evaluate(network, vocabulary, loaded.dev, curves),
        exported=evaluate_exported(output, loaded.dev),
        unseen=evaluate_exported(output, loaded.unseen),
        difference=_difference(network, vocabulary, output, loaded.dev),
        calibration=calibration.table(all_judged, calibration.held_out(judged)),
        seconds=seconds,
    )
    card.write(output, NAME, version, config, loaded, measured)
    return measured.exported


def evaluate_exported(folder: Path, documents: Sequence[Document]) -> Report:
    """Score a saved model, as it is served, on annotated documents."""
    return compare(documents, annotate_exported(folder, documents))


def annotate_exported(folder: Path, documents: Sequence[Document]) -> list[tuple[Entity, ...]]:
    """The entities that a saved model, as it is served, finds in each document."""
    return [annotation.entities for annotation in Tagger.load(folder).annotate([d.text for d in documents])]


def _adapted(config: Config, loaded: data.Data, folder: Path) -> tuple[TaggerNetwork, Vocabulary, float]:
    """A network that knows no label yet, its encoder that of the base after masked-character training; and the seconds
    that this took."""
    seconds = 0.0
    vocabulary, base_config, weights = base.cut_to_characters(base.read(base.shipped_path()), config.layers)
    encoder_config = export.encoder_config(**export.encoder_sizes(base_config))
    if config.adapt.epochs > 0:
        model = MaskedCharacterModel(encoder_config, len(vocabulary.lexicon))
        model.encoder.load_state_dict(weights)
        texts = [*loaded.raw, *(document.text for document in loaded.train)]
        seconds = adapt(model, vocabulary, texts, config.adapt, config.seed, folder, config.bfloat16)
        weights = model.encoder.state_dict()
    torch.manual_seed(config.seed)
    network = TaggerNetwork(encoder_config, len(vocabulary.lexicon), HeadConfig(dropout=config.train.dropout))
    network.encoder.load_state_dict(weights)
    return network, vocabulary, seconds


def _difference(network: TaggerNetwork, vocabulary: Vocabulary, folder: Path, documents: Sequence[Document]) -> float:
    inputs = [
        tokens(vocabulary, document.text, window)
        for document in documents
        for window in windows.cut(structure.read(document.text))
    ]
    return export.largest_difference(network, folder / NETWORK_FILE, inputs) if inputs else 0.0
