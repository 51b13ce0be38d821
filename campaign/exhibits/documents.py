"""From the rows of exhibits to their documents; documents are Chinese, as the house's readers are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app

from campaign import evidence, footage, reporting
from campaign.db import utc_now
from campaign.exhibits.models import CustodyStep, Exhibit, Nomination
from campaign.formatting import datetime_zh, money
from campaign.programmes.models import Programme
from campaign.storage import Asset, Storage

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LEVELS = {
    "national": "国家级专精特新“小巨人”企业",
    "key": "国家级重点“小巨人”企业",
    "provincial": "省级专精特新企业",
    "none": "—",
}
TO_BE_FILLED = "　"


def _size(values: Mapping[str, Any]) -> str:
    sides = [values.get(name) for name in ("width_mm", "depth_mm", "height_mm")]
    if not any(sides):
        return TO_BE_FILLED
    return " × ".join(str(side) if side else "？" for side in sides) + " 毫米（宽×深×高）"


def _weight(grams: int | None) -> str:
    return TO_BE_FILLED if grams is None else f"{grams / 1000:g} 千克"


def _power(values: Mapping[str, Any]) -> str:
    parts = [
        f"{values[name]} {unit}"
        for name, unit in (("voltage_v", "伏"), ("power_w", "瓦"))
        if values.get(name)
    ]
    return "，".join(parts) or TO_BE_FILLED


def _needs(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What the hall must know, in the order of the forms."""
    insurance = values.get("insurance_fen")
    return (
        ("尺寸", _size(values)),
        ("重量", _weight(values.get("weight_g"))),
        ("用电", _power(values)),
        ("网络", values.get("network") or TO_BE_FILLED),
        ("保险价值", money(insurance) if insurance is not None else TO_BE_FILLED),
    )


def _values(exhibit: Exhibit) -> dict[str, Any]:
    return {column.key: getattr(exhibit, column.key) for column in Exhibit.__mapper__.column_attrs}


def facts(exhibit: Exhibit) -> tuple[tuple[str, str], ...]:
    """What the hall must know of an exhibit."""
    return _needs(_values(exhibit))


def nomination_facts(row: Nomination) -> tuple[tuple[str, str], ...]:
    """What the hall must know of a nominated exhibit, as the firm wrote it."""
    return _needs(row.content)


def _jpeg(asset: Asset | None) -> bytes:
    if asset is None or not evidence.is_picture(asset):
        return b""
    storage: Storage = current_app.extensions["storage"]
    path = storage.path(asset.sha256)
    return footage.photo_preview(path) if path.is_file() else b""


def catalogue_pdf(exhibits: Sequence[Exhibit], programme: Programme) -> bytes:
    """The catalogue of these exhibits in the order given."""
    book = catalogue_of(exhibits, programme, utc_now())
    return reporting.write_catalogue(book, current_app.config["SETTINGS"].data_dir)


def catalogue_of(exhibits: Sequence[Exhibit], programme: Programme, at: datetime) -> reporting.Catalogue:
    """What the catalogue says, dated `at`."""
    entries = tuple(
        reporting.CatalogueEntry(
            title=exhibit.title,
            firm=exhibit.enterprise.name,
            label=exhibit.label_text or exhibit.description,
            interaction=exhibit.interaction,
            facts=(
                (
                    "企业类别",
                    LEVELS[exhibit.level]
                    + (
                        f"（{exhibit.enterprise.little_giant_year}年）"
                        if exhibit.enterprise.little_giant_year
                        else ""
                    ),
                ),
                *facts(exhibit),
            ),
            photo=_jpeg(exhibit.photo),
        )
        for exhibit in exhibits
    )
    return reporting.Catalogue(programme.title, programme.organisation.name, entries, at)


def loan_docx(exhibit: Exhibit, programme: Programme) -> bytes:
    """The loan form of an exhibit."""
    return reporting.loan_docx(
        reporting.LoanForm(
            title=exhibit.title,
            lender=exhibit.enterprise.name,
            borrower=programme.organisation.name,
            project=programme.title,
            facts=(
                *facts(exhibit),
                ("展出地点", TO_BE_FILLED),
                ("借用期限", TO_BE_FILLED),
                ("联系人", exhibit.contact_name or TO_BE_FILLED),
            ),
            long=(
                ("展品说明", exhibit.description),
                ("互动方式", exhibit.interaction),
                ("安全要求", exhibit.safety),
                ("运输安装", exhibit.transport),
                ("随件清单", ""),
                ("交接状况", ""),
            ),
            made_at=utc_now(),
        )
    )


def labels_docx(exhibits: Sequence[Exhibit], programme: Programme) -> bytes:
    """The labels of these exhibits in the order given; without a label text the description stands there."""
    return reporting.labels_docx(
        [
            reporting.ExhibitLabel(
                exhibit.title,
                exhibit.enterprise.name,
                exhibit.label_text or exhibit.description,
                exhibit.interaction,
            )
            for exhibit in exhibits
        ],
        title=f"{programme.title}　展品说明牌",
        issuer=programme.organisation.name,
        made_at=utc_now(),
    )


STEPS = {
    "collected": "从企业提取",
    "delivered": "运抵展馆",
    "taken_down": "撤展提取",
    "returned": "归还企业",
}


def custody_docx(exhibit: Exhibit, programme: Programme) -> bytes:
    """The sheet of handing over: recorded steps with their signatures, room to sign for the others."""
    done = {step.kind: step for step in exhibit.custody}
    return reporting.custody_docx(
        exhibit.title,
        (
            ("出借方", exhibit.enterprise.name),
            ("借用方", programme.organisation.name),
            *facts(exhibit)[:2],
            ("保险价值", dict(facts(exhibit))["保险价值"]),
            ("联系人", exhibit.contact_name or TO_BE_FILLED),
        ),
        [_handing_over(name, done.get(kind)) for kind, name in STEPS.items()],
        issuer=programme.organisation.name,
        project=programme.title,
        made_at=utc_now(),
    )


def _handing_over(name: str, step: CustodyStep | None) -> reporting.HandingOver:
    if step is None:
        return reporting.HandingOver(name)
    return reporting.HandingOver(
        name,
        datetime_zh(step.happened_at),
        step.place,
        step.giver,
        step.taker,
        step.condition,
        "见所附签字单",
        _drawing(step),
    )


def _drawing(step: CustodyStep) -> bytes:
    """The signature as it was drawn; empty for a photo or scan of a slip, which is too large for a cell."""
    storage: Storage = current_app.extensions["storage"]
    path = storage.path(step.signature.sha256)
    if step.signed_by != "drawing" or not path.is_file():
        return b""
    return path.read_bytes()
