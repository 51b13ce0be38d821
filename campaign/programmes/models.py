"""A programme: one province (or the centre) in one year, run by a profile."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from campaign.accounts.models import Organisation, User
from campaign.db import Base, Timestamped


class Programme(Timestamped, Base):
    """What one contract is about; every rule and figure of it stands in its profile (A, B, P)."""

    __tablename__ = "programme"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    profile_key: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    lead: Mapped[User | None] = relationship()


class Owned:
    """A row of a programme, in the name of one organisation; `access.scoped` filters by these two."""

    @declared_attr
    def programme_id(cls) -> Mapped[int]:  # noqa: N805 - a class-level attribute for SQLAlchemy
        """The programme the row is part of."""
        return mapped_column(ForeignKey("programme.id"), index=True)

    @declared_attr
    def owner_id(cls) -> Mapped[int]:  # noqa: N805 - as above
        """The organisation in whose name the row stands."""
        return mapped_column(ForeignKey("organisation.id"), index=True)

    @declared_attr
    def owner(cls) -> Mapped[Organisation]:  # noqa: N805 - as above
        """That organisation."""
        return relationship(Organisation, viewonly=True)

    @declared_attr
    def programme(cls) -> Mapped[Programme]:  # noqa: N805 - as above
        """That programme."""
        return relationship(Programme, viewonly=True)
