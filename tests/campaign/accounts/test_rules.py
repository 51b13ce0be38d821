import pytest

from campaign.accounts.rules import password_problem, role_problem, username_problem


@pytest.mark.parametrize("username", ["ab", "li.wei", "lead-2024", "a" * 40])
def test_ordinary_usernames_pass(username):
    assert username_problem(username) is None


@pytest.mark.parametrize("username", ["", "a", "Li", "李伟", ".li", "a b", "a" * 41])
def test_odd_usernames_are_refused(username):
    assert username_problem(username) is not None


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short", "The password needs at least 10 characters."),
        ("mylead-user1", "The password must not contain the username."),
        ("aaaaaaaaaaaa", "The password repeats the same few characters; choose another one."),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password, says):
    assert str(password_problem(password, username="lead-user")) == says


def test_a_long_password_passes_whatever_it_is_made_of():
    assert password_problem("五个字很长很长的密码", username="lead") is None


def test_only_the_centre_has_reviewers():
    """A8, A16: the centre reviews."""
    assert role_problem("reviewer", "centre") is None
    assert role_problem("reviewer", "province") is not None
