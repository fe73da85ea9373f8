"""The rooms of the house, lowest first, as the import contracts in pyproject.toml name them."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS = PYPROJECT["tool"]["importlinter"]["root_packages"]
FACES = {"api", "workbench", "config"}
SOURCES = sorted(path.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*.py"))
MODULES = [path for path in SOURCES if "migrations" not in path.parts]
