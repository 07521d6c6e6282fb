"""The configuration of a training run: one TOML file, see training/config.toml."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from annotations.errors import TrainingError


@dataclass(frozen=True, slots=True)
class DataConfig:
    """Which documents a run uses. Paths are relative to the project.

    All but ``raw`` are files and folders of annotated documents: gold JSON, marked text, or stand-off annotations of
    excerpts of the raw documents. ``train``: to train on. ``dev``: scored after each epoch. ``unseen``: scored in the end.
    ``raw``: unlabelled documents (.jsonl or .jsonl.gz, an "id" and a "text" each) to adapt the encoder on. What lies outside
    the project is used where it is present; the model card says what was used.
    """

    train: tuple[Path, ...]
    dev: tuple[Path, ...] = ()
    unseen: tuple[Path, ...] = ()
    raw: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class AdaptConfig:
    """Masked-character training on the raw and the annotated texts, before the labels. ``epochs`` 0 leaves it out."""

    epochs: float = 2.0
    rate: float = 1.5e-4
    tokens: int = 4096
    masked: float = 0.2


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """Training on the labels, or polishing after it. ``tokens`` is a batch's size; rates are AdamW's, after ``warmup`` (a
    share of all steps) falling to zero; ``layer_decay`` multiplies the encoder's rate from each layer to the one below;
    ``average`` is the decay of the weights' moving average; ``context_dropout`` the share of windows that lose their
    context, ``variation`` that of an epoch's documents that are read in another form, ``passages`` that of their
    sentences that are read once more, alone (training.variation). ``frozen`` leaves the embeddings and so many of the
    encoder's lower layers as they are. ``keep`` is the share of the weights that it began with in the mean that it ends
    with (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models")."""

    epochs: int = 8
    rate: float = 1.2e-4
    head_rate: float = 2e-3
    layer_decay: float = 0.95
    weight_decay: float = 0.01
    dropout: float = 0.1
    tokens: int = 3072
    warmup: float = 0.06
    average: float = 0.995
    context_dropout: float = 0.1
    variation: float = 0.0
    passages: float = 0.0
    frozen: int = 0
    keep: float = 0.0


@dataclass(frozen=True, slots=True)
class Config:
    """A whole run: adaptation, training, and polishing: training once more with settings of its own (``polish.epochs`` 0
    leaves it out). Of the base encoder the lowest ``layers`` are kept (default: all). With ``init``, a model's folder
    relative to the project, the run goes on from that model, and there is neither base nor adaptation. ``origin`` is what
    the model card says of where it comes from, ``notes`` of how it does on other documents. ``bfloat16`` computes in
    bfloat16 where the processor does that well; weights stay in float32."""

    seed: int
    data: DataConfig
    adapt: AdaptConfig
    train: TrainConfig
    polish: TrainConfig
    layers: int | None = None
    init: Path | None = None
    origin: str = "`make train` with `training/config.toml`"
    notes: str = ""
    bfloat16: bool = True


def load(path: Path) -> Config:
    """Read a configuration; TrainingError names the key that is unknown, missing or of a wrong type."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TrainingError(f"{path}: {error}") from None
    try:
        data = {key: tuple(map(Path, value)) for key, value in raw.pop("data").items()}
        init = raw.pop("init", None)
        return Config(
            data=_section(DataConfig, data, "data"),
            adapt=_section(AdaptConfig, raw.pop("adapt", {}), "adapt"),
            train=_section(TrainConfig, raw.pop("train", {}), "train"),
            polish=_section(TrainConfig, {"epochs": 0} | raw.pop("polish", {}), "polish"),
            init=None if init is None else Path(init),
            **raw,
        )
    except KeyError as error:
        raise TrainingError(f"{path}: section {error} is missing") from None
    except TypeError as error:
        raise TrainingError(f"{path}: {error}") from None


def _section(kind: type[Any], raw: dict[str, Any], name: str) -> Any:
    known = {field.name for field in fields(kind)}
    if unknown := sorted(set(raw) - known):
        raise TypeError(f"[{name}] has unknown keys {', '.join(unknown)}; known are {', '.join(sorted(known))}")
    return kind(**raw)
