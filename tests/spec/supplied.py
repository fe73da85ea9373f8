"""Material that comes with the trial, not with the project: it lies beside a checkout, or not at all."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "domain"


def supplied(name: str) -> str:
    """The text of a supplied file; the module skips where it is missing."""
    path = FOLDER / name
    if path.exists():
        return path.read_text(encoding="utf-8")
    reason = f"{name} is supplied beside the checkout ({path}), and is not there"
    pytest.skip(reason, allow_module_level=True)
