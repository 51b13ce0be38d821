"""What a username and a password must be, and who may give which role."""

from __future__ import annotations

import re

from campaign.messages import N_, Message

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
PASSWORD_MIN_CHARS = 10
ROLES_OF_THE_CENTRE = frozenset({"reviewer"})


def username_problem(username: str) -> Message | None:
    """Say what is wrong with a username; None if nothing."""
    if not USERNAME.fullmatch(username):
        return Message(
            N_(
                "A username has 2 to 40 lower-case letters, digits, dots or hyphens "
                "and begins with a letter or digit."
            )
        )
    return None


def password_problem(password: str, *, username: str = "") -> Message | None:
    """Say what is wrong with a password (NIST SP 800-63B: length counts, composition does not)."""
    if len(password) < PASSWORD_MIN_CHARS:
        return Message(N_("The password needs at least %(count)s characters."), {"count": PASSWORD_MIN_CHARS})
    if username and username.lower() in password.lower():
        return Message(N_("The password must not contain the username."))
    if len(set(password)) < 4:
        return Message(N_("The password repeats the same few characters; choose another one."))
    return None


def role_problem(role: str, organisation_kind: str) -> Message | None:
    """Reviewers belong to the centre alone (A8, A16)."""
    if role in ROLES_OF_THE_CENTRE and organisation_kind != "centre":
        return Message(N_("Only the national centre has reviewers; choose the centre as the organisation."))
    return None
