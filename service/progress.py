"""How far the model is with one text, for whoever waits for it."""

import threading


class Progress:
    """Told by the threads of the model, asked by the event loop."""

    def __init__(self) -> None:
        self._whole: int | None = None
        self._read = 0
        self._lock = threading.Lock()

    @property
    def begun(self) -> bool:
        """Whether the model has begun to read."""
        return self._whole is not None

    @property
    def share(self) -> float:
        """The share of the text that has been read, from 0 to 1."""
        return self._read / self._whole if self._whole else float(self.begun)

    def begin(self, whole: int) -> None:
        """There are so many code points to read."""
        self._whole = whole

    def add(self, read: int) -> None:
        """So many more of them have been read."""
        with self._lock:
            self._read += read
