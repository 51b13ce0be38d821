"""Forms of the registry of outlets."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from campaign.messages import N_
from campaign.outlets.models import Outlet
from campaign.outlets.rules import ADDRESS_KINDS, BASES, CHANNELS, LEVELS, NATURES, UNSAID, lacks_basis
from campaign.outlets.services import ListingValues, OutletValues
from campaign.placements.forms import CHANNEL_NAMES, LEVEL_NAMES

NATURE_NAMES = {"media": N_("news medium"), "government": N_("government platform")}
BASIS_NAMES = {
    "stated": N_("stated by the list"),
    "assumed": N_("assumed"),
    "checked": N_("checked by a person"),
}


def _choices(names: dict[str, str], keys: tuple[str, ...]) -> list[SelectChoice]:
    return [SelectChoice(key, _l(names[key])) for key in keys]


class NameForm(Form):
    """Another name, and the channel it speaks of."""

    name = StringField(_l("Other name"), [Length(max=120)])
    channel = SelectField(
        _l("Speaks of"),
        choices=[SelectChoice("", _l("the outlet as a whole")), *_choices(CHANNEL_NAMES, CHANNELS)],
    )


class AddressForm(Form):
    """A domain or an account."""

    kind = SelectField(_l("Channel"), choices=_choices(CHANNEL_NAMES, ADDRESS_KINDS))
    value = StringField(_l("Domain or account"), [Length(max=200)])


class ListingForm(Form):
    """One place on a list."""

    list_name = StringField(_l("List"), [Length(max=200)])
    category = StringField(_l("Column of the list"), [Length(max=200)])
    starts_on = DateField(_l("First day"), [Optional()])
    ends_on = DateField(_l("Last day"), [Optional()])
    basis = SelectField(_l("How the days are known"), choices=_choices(BASIS_NAMES, BASES))
    note = StringField(_l("Where it was looked up"), [Length(max=300)])

    def validate_ends_on(self, field: DateField) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("The last day is before the first."))

    def validate_note(self, field: StringField) -> None:
        """Ask where it was looked up, for a day that somebody has checked."""
        if self.list_name.data and self.basis.data == "checked" and not (field.data or "").strip():
            raise ValidationError(_("Say where you looked it up."))


class OutletForm(FlaskForm):
    """An outlet with its names, addresses and places on lists; rows left empty are left out."""

    name = StringField(
        _l("Name of the outlet"), [DataRequired(_l("Enter the name of the outlet.")), Length(max=120)]
    )
    level = SelectField(_l("Level"), choices=_choices(LEVEL_NAMES, LEVELS))
    level_basis = StringField(_l("Where the level was looked up"), [Length(max=300)])
    nature = SelectField(_l("Kind of outlet"), choices=_choices(NATURE_NAMES, NATURES))
    province = SelectField(_l("Province"))
    region = StringField(_l("City or county"), [Length(max=60)])
    sponsor = StringField(_l("Run by"), [Length(max=120)])
    homepage = StringField(_l("Home page"), [Length(max=300)])
    note = TextAreaField(_l("Note"), [Length(max=2000)])
    names = FieldList(FormField(NameForm))
    addresses = FieldList(FormField(AddressForm))
    listings = FieldList(FormField(ListingForm))
    confirmed = HiddenField()
    # The level that stands, empty for a new outlet and for one that waits to be confirmed.
    level_before = ""

    def validate_level_basis(self, field: StringField) -> None:
        """Ask where a level was looked up that no list says."""
        listed = any((row["list_name"] or "").strip() for row in self.listings.data)
        if lacks_basis(self.level_before, self.level.data, listed=listed, basis=field.data or ""):
            raise ValidationError(
                _("Say where you looked it up: the imprint, the press authority's register, a letter.")
            )

    def with_blank_rows(self) -> OutletForm:
        """Offer one empty row of each kind below the filled ones."""
        for rows, filled in ((self.names, "name"), (self.addresses, "value"), (self.listings, "list_name")):
            if not rows.entries or rows.entries[-1].form[filled].data:
                rows.append_entry()
        return self

    def values(self) -> OutletValues:
        """What the verbs take."""
        return OutletValues(
            name=self.name.data or "",
            level=self.level.data,
            nature=self.nature.data,
            province=self.province.data or "",
            region=self.region.data or "",
            sponsor=self.sponsor.data or "",
            homepage=self.homepage.data or "",
            note=self.note.data or "",
            level_basis=self.level_basis.data or "",
            names=tuple(
                (row["name"], row["channel"] or "") for row in self.names.data if (row["name"] or "").strip()
            ),
            addresses=tuple(
                (row["kind"], row["value"]) for row in self.addresses.data if (row["value"] or "").strip()
            ),
            listings=tuple(
                ListingValues(
                    list_name=row["list_name"],
                    category=row["category"] or "",
                    starts_on=row["starts_on"],
                    ends_on=row["ends_on"],
                    basis=row["basis"],
                    note=row["note"] or "",
                )
                for row in self.listings.data
                if (row["list_name"] or "").strip()
            ),
        )


def data_of(outlet: Outlet) -> dict[str, object]:
    """What the form shows of an outlet."""
    fields = ("name", "level_basis", "nature", "province", "region", "sponsor", "homepage", "note")
    days = ("list_name", "category", "starts_on", "ends_on", "basis", "note")
    return {
        **{field: getattr(outlet, field) for field in fields},
        "level": outlet.level if outlet.proposed_level in ("", UNSAID) else outlet.proposed_level,
        "names": [
            {"name": row.name, "channel": row.channel} for row in outlet.names if row.name != outlet.name
        ],
        "addresses": [{"kind": row.kind, "value": row.value} for row in outlet.addresses],
        "listings": [{day: getattr(row, day) for day in days} for row in outlet.listings],
    }


class PartForm(FlaskForm):
    """Why two outlets that were merged are two after all."""

    reason = StringField(
        _l("Why they are two outlets"), [DataRequired(_l("Say why, in a few words.")), Length(max=300)]
    )
    confirmed = HiddenField()


class MergeForm(FlaskForm):
    """Which of two outlets stays, and why they are one."""

    keep = RadioField(_l("Keep"), coerce=int)
    reason = StringField(
        _l("Why they are one outlet"), [DataRequired(_l("Say why, in a few words.")), Length(max=300)]
    )
    confirmed = HiddenField()
