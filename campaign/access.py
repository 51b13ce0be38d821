"""Roles, scopes, and the one filter every query passes.

A role is held in an organisation and holds for its whole subtree. Which role may use a route is said beside
the route with `allow`; a route that says nothing is closed. Which rows a user sees is decided by `scoped`
alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import ColumnElement, Select, false, literal, or_, select
from sqlalchemy.orm import Session

from campaign.accounts.models import Organisation, Role, User
from campaign.errors import NotFound
from campaign.messages import N_
from campaign.programmes.models import Owned, Programme

T = TypeVar("T")
Row = TypeVarTuple("Row")
View = TypeVar("View", bound=Callable[..., Any])

EVERY_ROLE = frozenset(Role)
# Who works on what (requirements, roles of the issue); the lead may do all that the officers do.
WRITES_CASES = frozenset({Role.ADMINISTRATOR, Role.LEAD, Role.PUBLICITY})
WRITES_FILMS = frozenset({Role.LEAD, Role.PUBLICITY})
WRITES_COVERAGE = frozenset({Role.LEAD, Role.PUBLICITY})
WRITES_EVENTS = frozenset({Role.LEAD, Role.PLANNER})
# Who works on a clip or decides about it; everybody else has its film once the centre has approved it (A16).
TAKES_UNAPPROVED = frozenset({Role.LEAD, Role.PUBLICITY, Role.REVIEWER})
WAIVES_FINDINGS = frozenset({Role.LEAD})
WRITES_MONEY = frozenset({Role.LEAD})
APPROVES_MONEY = frozenset({Role.ADMINISTRATOR, Role.LEAD})
WRITES_REPORTS = frozenset({Role.LEAD})
READS_MONEY = frozenset({Role.ADMINISTRATOR, Role.LEAD, Role.REVIEWER})
MANAGES = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Seat:
    """One role in one organisation, as the path of that organisation."""

    role: Role
    path: str


@dataclass(frozen=True)
class Actor:
    """The acting user as rules and queries see one: an id and the seats held."""

    user_id: int
    seats: tuple[Seat, ...]

    @classmethod
    def of(cls, user: User) -> Actor:
        """Read the seats of a user."""
        return cls(user.id, tuple(Seat(Role(m.role), m.organisation.path) for m in user.memberships))

    def roles_at(self, path: str) -> frozenset[Role]:
        """Roles that reach the organisation with this path, or stand below it (a city in its province)."""
        return frozenset(s.role for s in self.seats if path.startswith(s.path) or s.path.startswith(path))

    def has_any(self, roles: Collection[Role]) -> bool:
        """Whether one of these roles is held anywhere."""
        return any(seat.role in roles for seat in self.seats)


@dataclass(frozen=True)
class Rule:
    """What a route asks: `roles` inside a programme (or anywhere, outside one); None is open to everybody."""

    roles: frozenset[Role] | None
    login: bool = True


def allow(*roles: Role | Iterable[Role]) -> Callable[[View], View]:
    """Open a view to these roles."""
    flat: set[Role] = set()
    for item in roles:
        flat.update([item] if isinstance(item, Role) else item)

    def mark(view: View) -> View:
        view.access_rule = Rule(frozenset(flat))  # type: ignore[attr-defined]
        return view

    return mark


def logged_in(view: View) -> View:
    """Open a view to everybody who is logged in, whatever the role."""
    view.access_rule = Rule(None)  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Open a view to the world; the login page and what it needs."""
    view.access_rule = Rule(None, login=False)  # type: ignore[attr-defined]
    return view


def rule_of(view: Callable[..., Any]) -> Rule | None:
    """The rule a view was marked with, or None if it was forgotten."""
    return getattr(view, "access_rule", None)


def _within(actor: Actor, column: ColumnElement[Any] | Any) -> ColumnElement[bool]:  # noqa: ANN401 - mapped attribute
    """Rows whose organisation lies in the subtree of one of the actor's seats."""
    paths = sorted({seat.path for seat in actor.seats})
    if not paths:
        return false()
    inside = or_(*(Organisation.path.startswith(path, autoescape=True) for path in paths))
    return column.in_(select(Organisation.id).where(inside))


def scoped(statement: Select[*Row], model: type[Any], actor: Actor) -> Select[*Row]:
    """Keep only the rows of `model` this actor may know of; the one scope filter of the house.

    Rows of a programme belong to an organisation (`Owned`): a seat sees what belongs to its subtree. A
    programme itself is also seen from below, since a city works inside its province's programme.
    """
    if model is Programme:
        above = or_(
            *(literal(path).startswith(Organisation.path) for path in sorted({s.path for s in actor.seats})),
            false(),
        )
        return statement.where(
            or_(
                _within(actor, Programme.organisation_id),
                Programme.organisation_id.in_(select(Organisation.id).where(above)),
            )
        )
    if model is Organisation:
        return statement.where(_within(actor, Organisation.id))
    if issubclass(model, Owned):
        return statement.where(_within(actor, model.owner_id))
    raise TypeError(f"{model.__name__} has no owner; reach it through the row that owns it.")


def fetch(
    session: Session, model: type[T], row_id: int | str, actor: Actor, programme: Programme | None
) -> T:
    """Get one row by id inside the actor's scope and, for rows of a programme, inside that programme."""
    statement = scoped(select(model).where(model.id == row_id), model, actor)  # type: ignore[attr-defined]
    if programme is not None and issubclass(model, Owned):
        statement = statement.where(model.programme_id == programme.id)
    row = session.execute(statement).unique().scalar_one_or_none()
    if row is None:
        raise NotFound(N_("This does not exist, or it belongs to an organisation you do not work for."))
    return row


def owner_for(session: Session, actor: Actor, programme: Programme, roles: Collection[Role]) -> int:
    """In whose name the actor writes here: the programme's organisation, or the city the actor works for."""
    top = programme.organisation
    if any(s.role in roles and top.path.startswith(s.path) for s in actor.seats):
        return top.id
    below = sorted(s.path for s in actor.seats if s.role in roles and s.path.startswith(top.path))
    if not below:
        raise NotFound(N_("This does not exist, or it belongs to an organisation you do not work for."))
    return session.execute(select(Organisation.id).where(Organisation.path == below[0])).scalar_one()
