import tempfile
from pathlib import Path

import pytest

from campaign.fonts import ensure_fonts


@pytest.fixture(scope="session")
def fonts():
    """The real fonts, made once per machine: their folder is named by version and recipe."""
    return ensure_fonts(Path(tempfile.gettempdir()) / "qichuang-test-fonts")
