"""Organisations in a tree, users, and the roles they hold there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base, Timestamped
from campaign.messages import N_


class OrganisationKind(StrEnum):
    """The tiers of the campaign (A4)."""

    CENTRE = "centre"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    SOCIETY = "society"
    ENTERPRISE = "enterprise"


class Role(StrEnum):
    """What a user is in an organisation; the role holds for everything below it."""

    ADMINISTRATOR = "administrator"
    LEAD = "lead"
    PUBLICITY = "publicity"
    PLANNER = "planner"
    REVIEWER = "reviewer"
    OBSERVER = "observer"


ROLE_NAMES = {
    Role.ADMINISTRATOR: N_("administrator"),
    Role.LEAD: N_("project lead"),
    Role.PUBLICITY: N_("publicity officer"),
    Role.PLANNER: N_("event planner"),
    Role.REVIEWER: N_("reviewer of the centre"),
    Role.OBSERVER: N_("observer"),
}

KIND_NAMES = {
    OrganisationKind.CENTRE: N_("national centre"),
    OrganisationKind.PROVINCE: N_("provincial association"),
    OrganisationKind.CITY: N_("city association"),
    OrganisationKind.COUNTY: N_("county association"),
    OrganisationKind.SOCIETY: N_("provincial society"),
    OrganisationKind.ENTERPRISE: N_("enterprise"),
}


class Organisation(Timestamped, Base):
    """A knot of the tree; `path` lists the ids from the root, `/1/4/9/`, so that a subtree is one prefix."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("parent_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    region: Mapped[str] = mapped_column(String(60), default="")
    path: Mapped[str] = mapped_column(String(255), index=True, default="")

    parent: Mapped[Organisation | None] = relationship(remote_side=[id])


class User(Timestamped, Base):
    """A person who logs in."""

    __tablename__ = "user_account"
    __table_args__ = (CheckConstraint("username = lower(username)", name="username_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(200), info={"secret": True})
    locale: Mapped[str] = mapped_column(String(10), default="zh_CN")
    active: Mapped[bool] = mapped_column(default=True)
    last_login_at: Mapped[datetime | None] = mapped_column(info={"unaudited": True})

    memberships: Mapped[list[Membership]] = relationship(
        back_populates="user", cascade="all, delete-orphan", lazy="selectin"
    )

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """What Flask-Login asks before a login."""
        return self.active

    def get_id(self) -> str:
        """The id as the session keeps it."""
        return str(self.id)


class Membership(Timestamped, Base):
    """One role of one user in one organisation."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "organisation_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))

    user: Mapped[User] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship(lazy="joined")
