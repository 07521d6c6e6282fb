"""Every error that mubiao raises on purpose.

::

    MubiaoError
    ├── AnnotationError      annotations: a document or span breaks the schema
    │   └── MarkupError      inline markup that cannot be read
    ├── ModelError           models: the shipped files are missing, damaged or do not fit together
    ├── TrainingError        training: a configuration or corpus that cannot be trained on
    └── ServiceError         service: a request that cannot be answered (see service.errors for its kinds)

Messages name the place (file, field, offsets) and never quote document text.
"""


class MubiaoError(Exception):
    """Root of all errors raised by this project."""


class AnnotationError(MubiaoError):
    """A document, entity or link breaks the schema."""


class MarkupError(AnnotationError):
    """Inline markup that cannot be read."""


class ModelError(MubiaoError):
    """The model's files are missing, damaged or do not fit together."""


class TrainingError(MubiaoError):
    """A configuration or corpus that cannot be trained on."""


class ServiceError(MubiaoError):
    """A request that the service cannot answer."""
