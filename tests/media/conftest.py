import pytest

from media.testfilms import make_test_film


@pytest.fixture(scope="session")
def films(tmp_path_factory):
    """Give a maker of films that makes each recipe only once."""
    folder = tmp_path_factory.mktemp("films")
    made = {}

    def film(ending="mp4", **recipe):
        key = (ending, tuple(sorted(recipe.items())))
        if key not in made:
            made[key] = make_test_film(folder / f"film{len(made)}.{ending}", **recipe)
        return made[key]

    return film
