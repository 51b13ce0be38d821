"""Issue 4, point 1 and house rule 6: a failure says which layer failed and what to do."""

import errno

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from campaign import footage, mishaps
from campaign.errors import StorageFull
from campaign.footage import FilmRefused


@pytest.mark.parametrize(
    ("error", "layer"),
    [
        (OSError(errno.ENOSPC, "full"), "disk"),
        (OSError(errno.EDQUOT, "quota"), "disk"),
        (FileNotFoundError(errno.ENOENT, "gone"), "storage"),
        (PermissionError(errno.EACCES, "no"), "storage"),
        (OSError(errno.EIO, "broken"), "storage"),
        (OSError(errno.ENOMEM, "fork"), "memory"),
        (MemoryError(), "memory"),
        (OperationalError("select", {}, Exception("locked")), "database"),
        (IntegrityError("insert", {}, Exception("unique")), "program"),
        (ConnectionResetError(), "network"),
        (TimeoutError(), "network"),
        (ZeroDivisionError("secret"), "program"),
    ],
)
def test_an_accident_is_laid_at_the_layer_that_failed(error, layer):
    told = mishaps.told(error, "ab12")
    assert (told["layer"], told["params"]) == (layer, {"reference": "ab12"})
    name, sentence = mishaps.sentence_of(told)
    assert str(name) == mishaps.LAYERS[layer]
    # Without a gap that nobody filled, and with what to do.
    assert "ab12" in str(sentence)
    assert "“Try again”" in str(sentence)


@pytest.mark.parametrize(
    ("code", "layer"),
    [("damaged", "film"), ("bad_dress", "edit"), ("engine_failed", "engine"), ("cut_failed", "result")],
)
def test_a_refusal_of_the_engine_names_its_layer(code, layer):
    assert FilmRefused(code, "no").layer == layer


def test_a_film_that_left_the_storage_is_no_fault_of_the_film(tmp_path):
    with pytest.raises(FilmRefused) as caught:
        footage.probe(tmp_path / "gone", "甲公司.mp4")
    refusal = caught.value
    assert (refusal.layer, refusal.is_about_the_film, refusal.params) == (
        "storage",
        False,
        {"name": "甲公司.mp4"},
    )


def test_a_full_disk_is_named_whoever_found_it():
    assert StorageFull("no room").layer == "disk"


def test_what_was_kept_before_layers_were_told_is_still_read():
    assert mishaps.sentence_of({"msgid": "Wait %(s)s s", "params": {"s": 3}})[0] is None
