"""Verbs on accounts and organisations."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.accounts import rules
from campaign.accounts.models import Membership, Organisation, Role, User
from campaign.db import utc_now
from campaign.errors import Conflict, Refused
from campaign.messages import N_, Message

_hasher = PasswordHasher()
# Checked where the username is unknown, so that a wrong name takes as long as a wrong password.
_NOBODY = _hasher.hash("nobody has this password")


def _refuse(problem: Message | None) -> None:
    if problem is not None:
        raise Refused(problem.msgid, **problem.params)


def authenticate(session: Session, username: str, password: str) -> User:
    """Give the user these words belong to, or refuse without saying which word was wrong. Commits."""
    user = session.scalars(select(User).where(User.username == username.strip().lower())).one_or_none()
    try:
        _hasher.verify(user.password_hash if user else _NOBODY, password)
    except (VerifyMismatchError, InvalidHashError):
        user = None
    if user is None or not user.active:
        raise Refused(N_("The username or the password is wrong."))
    if _hasher.check_needs_rehash(user.password_hash):
        user.password_hash = _hasher.hash(password)
    user.last_login_at = utc_now()
    session.commit()
    return user


def found_organisation(
    session: Session, *, kind: str, name: str, parent: Organisation | None, region: str = ""
) -> Organisation:
    """Find or make a knot of the tree under a parent; does not commit."""
    same = select(Organisation).where(
        Organisation.name == name, Organisation.parent_id == (parent.id if parent else None)
    )
    found = session.scalars(same).one_or_none()
    if found is not None:
        return found
    organisation = Organisation(kind=kind, name=name, parent_id=parent.id if parent else None, region=region)
    session.add(organisation)
    session.flush()
    organisation.path = f"{parent.path if parent else '/'}{organisation.id}/"
    session.flush()
    return organisation


def create_user(
    session: Session,
    *,
    username: str,
    name: str,
    password: str,
    seats: list[tuple[Organisation, Role]],
) -> User:
    """Make an account with its roles; commits."""
    user = _new_user(session, username=username, name=name, password=password, seats=seats)
    session.commit()
    return user


def _new_user(
    session: Session, *, username: str, name: str, password: str, seats: list[tuple[Organisation, Role]]
) -> User:
    username = username.strip().lower()
    _refuse(rules.username_problem(username))
    _refuse(rules.password_problem(password, username=username))
    for organisation, role in seats:
        _refuse(rules.role_problem(role, organisation.kind))
    if session.scalar(select(func.count()).select_from(User).where(User.username == username)):
        raise Conflict(N_("The username %(username)s is taken; choose another one."), username=username)
    user = User(username=username, name=name.strip() or username, password_hash=_hasher.hash(password))
    user.memberships = [Membership(organisation_id=o.id, role=role.value) for o, role in seats]
    session.add(user)
    session.flush()
    return user


def first_administrator(
    session: Session, *, username: str, name: str, password: str, centre_name: str
) -> User:
    """Make the root of the tree and the first account, which only an empty installation allows; commits."""
    if has_users(session):
        raise Conflict(N_("This installation already has an administrator. Please log in."))
    root = found_organisation(session, kind="centre", name=centre_name, parent=None)
    user = _new_user(
        session,
        username=username,
        name=name,
        password=password,
        seats=[(root, Role.ADMINISTRATOR), (root, Role.LEAD)],
    )
    session.commit()
    return user


def has_users(session: Session) -> bool:
    """Whether anybody can log in yet."""
    return bool(session.scalar(select(func.count()).select_from(User)))


def change_password(session: Session, user: User, *, old: str, new: str) -> None:
    """Replace the password after checking the old one; commits."""
    try:
        _hasher.verify(user.password_hash, old)
    except (VerifyMismatchError, InvalidHashError):
        raise Refused(N_("The present password is wrong.")) from None
    _refuse(rules.password_problem(new, username=user.username))
    user.password_hash = _hasher.hash(new)
    session.commit()


def set_password(session: Session, user: User, new: str) -> None:
    """Give a user a new password, as an administrator may; commits."""
    _refuse(rules.password_problem(new, username=user.username))
    user.password_hash = _hasher.hash(new)
    session.commit()


def set_locale(session: Session, user: User, locale: str) -> None:
    """Remember the language of an account; commits."""
    user.locale = locale
    session.commit()


def update_user(
    session: Session, user: User, *, name: str, active: bool, seat: tuple[Organisation, Role] | None
) -> None:
    """Change name, state and role; the last active administrator cannot be shut out. Commits."""
    user.name = name.strip() or user.username
    user.active = active
    if seat is not None:
        organisation, role = seat
        _refuse(rules.role_problem(role, organisation.kind))
        user.memberships = [Membership(organisation_id=organisation.id, role=role.value)]
    session.flush()
    administrators = session.scalar(
        select(func.count())
        .select_from(Membership)
        .join(User)
        .where(Membership.role == Role.ADMINISTRATOR, User.active.is_(True))
    )
    if not administrators:
        session.rollback()
        raise Refused(N_("This is the last active administrator. Make somebody else administrator first."))
    session.commit()
