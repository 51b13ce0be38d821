"""Exhibits nominated by little giants."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.cases.models import Case, Enterprise
from campaign.db import Base, Timestamped
from campaign.programmes.models import Owned
from campaign.storage import Asset

_SCORE = "({0} is null or ({0} >= 0 and {0} <= 100))"


class Exhibit(Timestamped, Owned, Base):
    """An object for show at a science museum, judged on three scores of 0 to 100 (A14)."""

    __tablename__ = "exhibit"
    __table_args__ = (
        UniqueConstraint("programme_id", "enterprise_id", "title"),
        CheckConstraint("state in ('nominated', 'shortlisted', 'chosen', 'declined')", name="state"),
        CheckConstraint(
            " and ".join(_SCORE.format(c) for c in ("innovation", "representativeness", "interactivity")),
            name="scores",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_record.id"))
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    interaction: Mapped[str] = mapped_column(Text, default="")
    innovation: Mapped[int | None]
    representativeness: Mapped[int | None]
    interactivity: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(20), default="nominated", index=True)
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
    case: Mapped[Case | None] = relationship()
    photo: Mapped[Asset | None] = relationship()

    @property
    def total(self) -> int | None:
        """Sum of the three scores (0–300), or None while one of them is missing."""
        scores = (self.innovation, self.representativeness, self.interactivity)
        known = [score for score in scores if score is not None]
        return sum(known) if len(known) == len(scores) else None
