"""What people annotate in Label Studio, kept as gold JSON: a file an annotation, in a folder to train on.

Files are named after project, task and annotation. A changed annotation takes the place of what it was; one that is
deleted, or skipped, goes.
"""

from collections.abc import Iterable
from pathlib import Path

from annotations import gold
from annotations.errors import AnnotationError
from annotations.formats.registry import replacing
from annotations.schema import Document


class Corrections:
    """The folder of one service. Raises AnnotationError where the folder cannot be written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise AnnotationError(f"{folder}: {error.strerror}") from None

    def keep(self, project: int, task: int, annotation: int, document: Document) -> None:
        """Keep what an annotation is now."""
        with replacing(self._folder / f"project-{project}-task-{task}-annotation-{annotation}.json") as file:
            gold.write(document, file)

    def drop(self, project: int, annotations: Iterable[int]) -> None:
        """Drop annotations, whatever their task."""
        self._drop(f"project-{project}-task-*-annotation-{number}.json" for number in annotations)

    def drop_tasks(self, project: int, tasks: Iterable[int]) -> None:
        """Drop all annotations of tasks."""
        self._drop(f"project-{project}-task-{number}-annotation-*.json" for number in tasks)

    def _drop(self, patterns: Iterable[str]) -> None:
        for pattern in patterns:
            for file in self._folder.glob(pattern):
                file.unlink(missing_ok=True)
