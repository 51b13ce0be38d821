import pytest

from campaign.app import RefusedToServe, create_app
from campaign.config import DEFAULT_SECRET_KEY, Settings


def test_a_default_secret_key_is_refused_outside_demo_and_tests(tmp_path):
    settings = Settings.from_environment({"QICHUANG_DATA": str(tmp_path)})
    assert settings.secret_key == DEFAULT_SECRET_KEY
    with pytest.raises(RefusedToServe, match="forge a login"):
        create_app(settings)


@pytest.mark.parametrize("mode", ["demo", "testing"])
def test_demo_and_tests_may_run_with_the_default_key(tmp_path, mode):
    settings = Settings.from_environment({"QICHUANG_DATA": str(tmp_path), "QICHUANG_MODE": mode})
    assert settings.danger() is None


def test_the_key_in_the_data_folder_is_used(tmp_path):
    (tmp_path / "secret.key").write_text("abc123\n", "utf-8")
    settings = Settings.from_environment({"QICHUANG_DATA": str(tmp_path)})
    assert (settings.secret_key, settings.danger()) == ("abc123", None)


def test_a_plain_postgresql_address_gets_the_locked_driver(tmp_path):
    settings = Settings(tmp_path, "postgresql://u@h/d")
    assert settings.sqlalchemy_url == "postgresql+psycopg://u@h/d"
    assert settings.dbos_url == "postgresql://u@h/d"


def test_an_unknown_mode_is_named(tmp_path):
    with pytest.raises(ValueError, match="QICHUANG_MODE is 'fast'"):
        Settings.from_environment({"QICHUANG_DATA": str(tmp_path), "QICHUANG_MODE": "fast"})


def test_what_is_no_database_address_is_refused_in_plain_words(tmp_path):
    with pytest.raises(RefusedToServe, match="DATABASE_URL is not the address of a database"):
        create_app(Settings(tmp_path, "my database", mode="testing"))


def test_the_doctor_may_look_at_what_may_not_be_served(tmp_path):
    settings = Settings.from_environment({"QICHUANG_DATA": str(tmp_path)})
    assert create_app(settings, serving=False).config["SETTINGS"] is settings
