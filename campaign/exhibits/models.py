"""Exhibits of little giants on their way from nomination to the museum and back (A14)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.accounts.models import User
from campaign.cases.models import Case, Enterprise
from campaign.db import Base, Timestamped
from campaign.programmes.models import Owned
from campaign.storage import Asset

_SCORE = "({0} is null or ({0} >= 0 and {0} <= 100))"
_SCORES = " and ".join(_SCORE.format(c) for c in ("innovation", "representativeness", "interactivity"))


class Exhibit(Timestamped, Owned, Base):
    """An object for show at a science museum, judged on three scores of 0 to 100 (A14).

    Lengths are in mm, the weight in g, power in W at V, the insurance value in fen. `points_centi` is the
    weighted mean of the scores in hundredths of a point; `admitted_reason` is why a lead lets a firm in that
    is no little giant.
    """

    __tablename__ = "exhibit"
    __table_args__ = (
        UniqueConstraint("programme_id", "enterprise_id", "title"),
        CheckConstraint("state in ('nominated', 'shortlisted', 'chosen', 'declined')", name="state"),
        CheckConstraint(_SCORES, name="scores"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_record.id"))
    title: Mapped[str] = mapped_column(String(200))
    level: Mapped[str] = mapped_column(String(20), default="national", server_default="national")
    description: Mapped[str] = mapped_column(Text, default="")
    significance: Mapped[str] = mapped_column(Text, default="", server_default="")
    interaction: Mapped[str] = mapped_column(Text, default="")
    width_mm: Mapped[int | None]
    depth_mm: Mapped[int | None]
    height_mm: Mapped[int | None]
    weight_g: Mapped[int | None]
    voltage_v: Mapped[int | None]
    power_w: Mapped[int | None]
    network: Mapped[str] = mapped_column(String(200), default="", server_default="")
    safety: Mapped[str] = mapped_column(Text, default="", server_default="")
    transport: Mapped[str] = mapped_column(Text, default="", server_default="")
    insurance_fen: Mapped[int | None] = mapped_column(BigInteger)
    film_url: Mapped[str] = mapped_column(String(500), default="", server_default="")
    contact_name: Mapped[str] = mapped_column(
        String(120), default="", server_default="", info={"private": True}
    )
    phone: Mapped[str] = mapped_column(String(120), default="", server_default="", info={"private": True})
    label_text: Mapped[str] = mapped_column(Text, default="", server_default="")
    admitted_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    innovation: Mapped[int | None]
    representativeness: Mapped[int | None]
    interactivity: Mapped[int | None]
    points_centi: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(20), default="nominated", index=True)
    decision_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
    case: Mapped[Case | None] = relationship()
    photo: Mapped[Asset | None] = relationship()
    files: Mapped[list[ExhibitFile]] = relationship(
        back_populates="exhibit", order_by="ExhibitFile.id", foreign_keys="ExhibitFile.exhibit_id"
    )
    custody: Mapped[list[CustodyStep]] = relationship(
        back_populates="exhibit", order_by="CustodyStep.position"
    )

    @property
    def total(self) -> Decimal | None:
        """The weighted mean of the scores, 0 to 100 with two decimals; None while a score is missing."""
        return None if self.points_centi is None else Decimal(self.points_centi) / 100


class ExhibitFile(Timestamped, Base):
    """A photo or film of an exhibit, or of the nomination it came with."""

    __tablename__ = "exhibit_file"
    __table_args__ = (
        CheckConstraint("kind in ('photo', 'film')", name="kind"),
        CheckConstraint("exhibit_id is not null or nomination_id is not null", name="subject"),
        UniqueConstraint("nomination_id", "asset_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exhibit_id: Mapped[int | None] = mapped_column(ForeignKey("exhibit.id"), index=True)
    nomination_id: Mapped[int | None] = mapped_column(ForeignKey("exhibit_nomination.id"))
    kind: Mapped[str] = mapped_column(String(20))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    file_name: Mapped[str] = mapped_column(String(255))

    asset: Mapped[Asset] = relationship()
    exhibit: Mapped[Exhibit | None] = relationship(back_populates="files", foreign_keys=[exhibit_id])
    nomination: Mapped[Nomination | None] = relationship(back_populates="files", foreign_keys=[nomination_id])


class NominationLink(Timestamped, Owned, Base):
    """An address by which firms nominate without an account, for a time and a number of submissions."""

    __tablename__ = "nomination_link"
    __table_args__ = (
        CheckConstraint("uses >= 0 and uses <= max_uses", name="uses"),
        CheckConstraint("max_uses between 1 and 1000", name="max_uses"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(43), unique=True, info={"secret": True})
    note: Mapped[str] = mapped_column(String(200))
    closes_at: Mapped[datetime]
    max_uses: Mapped[int]
    uses: Mapped[int] = mapped_column(default=0, info={"unaudited": True})
    revoked_at: Mapped[datetime | None]


class Nomination(Timestamped, Owned, Base):
    """What a firm wrote through a link, kept as it came; `client_id` makes sending it again harmless.

    Taken in, it has become an exhibit; `content` holds the answers by the names of the form's fields.
    """

    __tablename__ = "exhibit_nomination"
    __table_args__ = (
        CheckConstraint("state in ('received', 'taken', 'refused')", name="state"),
        CheckConstraint("(state = 'taken') = (exhibit_id is not null)", name="taken"),
        CheckConstraint("state <> 'refused' or length(reason) > 0", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("nomination_link.id"), index=True)
    client_id: Mapped[str] = mapped_column(String(36), unique=True, info={"unaudited": True})
    firm: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]] = mapped_column(info={"private": True})
    state: Mapped[str] = mapped_column(String(20), default="received", index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    exhibit_id: Mapped[int | None] = mapped_column(ForeignKey("exhibit.id"), unique=True)

    link: Mapped[NominationLink] = relationship()
    exhibit: Mapped[Exhibit | None] = relationship(foreign_keys=[exhibit_id])
    files: Mapped[list[ExhibitFile]] = relationship(
        back_populates="nomination", order_by="ExhibitFile.id", foreign_keys="ExhibitFile.nomination_id"
    )


class ScoringRound(Timestamped, Owned, Base):
    """One round of scoring: whose exhibits stand in it, by which weights, until when; one open at a time."""

    __tablename__ = "scoring_round"
    __table_args__ = (
        UniqueConstraint("programme_id", "number"),
        Index(
            "uq_scoring_round_programme_id_open",
            "programme_id",
            unique=True,
            sqlite_where=text("closed_at is null"),
            postgresql_where=text("closed_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    weights: Mapped[dict[str, Any]]

    entries: Mapped[list[RoundEntry]] = relationship(
        back_populates="round", cascade="all, delete-orphan", order_by="RoundEntry.id"
    )
    experts: Mapped[list[Expert]] = relationship(
        back_populates="round", cascade="all, delete-orphan", order_by="Expert.id"
    )


class RoundEntry(Base):
    """An exhibit in a round."""

    __tablename__ = "round_entry"
    __table_args__ = (UniqueConstraint("round_id", "exhibit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("scoring_round.id", ondelete="CASCADE"))
    exhibit_id: Mapped[int] = mapped_column(ForeignKey("exhibit.id"))

    round: Mapped[ScoringRound] = relationship(back_populates="entries")
    exhibit: Mapped[Exhibit] = relationship()


class Expert(Timestamped, Base):
    """An expert of a round, who scores by a link of their own; `handed_in_at` closes their sheet."""

    __tablename__ = "exhibit_expert"
    __table_args__ = (UniqueConstraint("round_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("scoring_round.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200), default="")
    token: Mapped[str] = mapped_column(String(43), unique=True, info={"secret": True})
    handed_in_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    round: Mapped[ScoringRound] = relationship(back_populates="experts")
    scores: Mapped[list[Score]] = relationship(
        back_populates="expert", cascade="all, delete-orphan", order_by="Score.exhibit_id"
    )


class Score(Timestamped, Base):
    """One expert's three scores of one exhibit; a recused expert gives none."""

    __tablename__ = "exhibit_score"
    __table_args__ = (
        UniqueConstraint("expert_id", "exhibit_id"),
        CheckConstraint(_SCORES, name="scores"),
        CheckConstraint(
            "not recused or (innovation is null and representativeness is null and interactivity is null)",
            name="recused",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("exhibit_expert.id", ondelete="CASCADE"))
    exhibit_id: Mapped[int] = mapped_column(ForeignKey("exhibit.id"), index=True)
    innovation: Mapped[int | None]
    representativeness: Mapped[int | None]
    interactivity: Mapped[int | None]
    remark: Mapped[str] = mapped_column(String(500), default="")
    recused: Mapped[bool] = mapped_column(default=False)

    expert: Mapped[Expert] = relationship(back_populates="scores")
    exhibit: Mapped[Exhibit] = relationship()


class CustodyStep(Timestamped, Base):
    """One handing over of an exhibit with its signature; written once, never changed (A14).

    The signature is drawn on the page, or the taker's typed name with a photo of the signed slip.
    """

    __tablename__ = "custody_step"
    __table_args__ = (
        UniqueConstraint("exhibit_id", "position"),
        CheckConstraint("kind in ('collected', 'delivered', 'taken_down', 'returned')", name="kind"),
        CheckConstraint("signed_by in ('drawing', 'slip')", name="signed_by"),
        CheckConstraint("length(giver) > 0 and length(taker) > 0", name="people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exhibit_id: Mapped[int] = mapped_column(ForeignKey("exhibit.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    happened_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(200))
    giver: Mapped[str] = mapped_column(String(60))
    taker: Mapped[str] = mapped_column(String(60))
    condition: Mapped[str] = mapped_column(Text)
    signed_by: Mapped[str] = mapped_column(String(20))
    signature_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    exhibit: Mapped[Exhibit] = relationship(back_populates="custody")
    signature: Mapped[Asset] = relationship()
    recorded_by: Mapped[User] = relationship()
