"""An empty store of each kind. A new store adds a parameter here, not tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.storage.memory import MemoryStore
from adapters.storage.sqlite import SqliteStore
from tests.contracts.samples import AuditedStore, open_sqlite


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AuditedStore]:
    """An empty store of each kind."""

    def sqlite() -> SqliteStore:
        return open_sqlite(tmp_path)

    make: dict[str, Callable[[], AuditedStore]] = {"memory": MemoryStore, "sqlite": sqlite}
    made = make[request.param]()
    yield made
    made.close()
