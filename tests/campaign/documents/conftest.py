import pytest

from campaign.fonts import ensure_fonts


@pytest.fixture
def with_fonts(app):
    """The settings of the test's site, whose fonts are those made once per machine."""
    settings = app.config["SETTINGS"]
    ensure_fonts(settings.data_dir)
    return settings
