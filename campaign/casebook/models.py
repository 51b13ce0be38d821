"""Editions of the casebook: all stories of a programme as one typeset book (A13, B6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.accounts.models import User
from campaign.db import Base, Timestamped
from campaign.programmes.models import Owned
from campaign.storage import Asset


class BookEdition(Timestamped, Owned, Base):
    """One edition as it was asked for; the file comes from a background job.

    `told` says which stories went in and which of their pictures are too coarse for print.
    """

    __tablename__ = "book_edition"
    __table_args__ = (
        UniqueConstraint("programme_id", "number"),
        CheckConstraint("scope in ('written', 'selected', 'approved')", name="scope"),
        CheckConstraint("number >= 1", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    subtitle: Mapped[str] = mapped_column(String(120), default="")
    issuer: Mapped[str] = mapped_column(String(120), default="")
    preface: Mapped[str] = mapped_column(Text, default="")
    scope: Mapped[str] = mapped_column(String(20), default="written")
    for_print: Mapped[bool] = mapped_column(default=False)
    as_of: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    stories: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int | None]
    told: Mapped[dict[str, Any] | None] = mapped_column(info={"unaudited": True})
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))

    made_by: Mapped[User | None] = relationship()
    asset: Mapped[Asset | None] = relationship()
