"""The documents lead somewhere: every relative link resolves and every decision is listed."""

import re

import pytest

from tests.architecture.rooms import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!\w+:)([^)#]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_resolve(document):
    links = LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_decision_and_guide_is_listed():
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = [*(ROOT / "docs" / "adr").glob("*.md"), *(ROOT / "docs" / "guide").glob("*.md")]
    assert [page.name for page in pages if page.name not in index] == []
