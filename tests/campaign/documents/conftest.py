import tempfile
from pathlib import Path

import pytest

from campaign.fonts import ensure_fonts


@pytest.fixture
def with_fonts(app):
    """The settings of the test's site, whose fonts are those made once per machine."""
    settings = app.config["SETTINGS"]
    shared = Path(tempfile.gettempdir()) / "qichuang-test-fonts"
    ensure_fonts(shared)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    (settings.data_dir / "fonts").symlink_to(shared / "fonts")
    return settings
