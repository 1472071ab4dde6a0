from collections.abc import Callable
from typing import Any

from ..spec.wire import Refused

Vector = dict[str, Any]


class Report:
    """How many vectors of a file were checked, and what was wrong."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.checked = 0
        self.failures: list[str] = []

    def each(self, vectors: Vector, part: str, check: Callable[[Vector], None]) -> None:
        """All of a part of the file; what is wrong with a vector is raised."""
        for at, vector in enumerate(vectors[part]):
            self.checked += 1
            try:
                check(vector)
            except (Refused, AssertionError) as error:
                named = vector.get("description") or vector.get("name") or vector.get("reason")
                self.failures.append(f"{self._name}: {part} {at} ({named}): {error}")


def same(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise AssertionError(f"{what} is {found!r}, not {expected!r}")


def refused(attempt: Callable[[], object], code: str | None = None) -> None:
    """That it raises, with the code if there is one."""
    try:
        attempt()
    except Refused as error:
        if code is not None:
            same("the reason", str(error), code)
        return
    raise AssertionError("it was taken")
