"""From the rows under a header to cases: which rows are cases, and what each cell says (P19)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from campaign.cases.summary_cells import choice_of, contact_of, folded, is_nothing, lost_digits, yes_or_no
from campaign.cases.summary_layout import Header, texts_above
from campaign.messages import N_, Message
from campaign.programmes.profiles import Choice, Column, Profile
from campaign.regions import Region, gazetteer
from campaign.tables import Grid, phones

FOOTNOTE = re.compile(
    r"^(?:注\s*\d*\s*[:：]|注$|说明|备注\s*[:：]|填报人|填表人|填报单位|制表人|审核人|单位负责人|经办人|联系人\s*[:：]|"
    r"联系电话\s*[:：]|填报日期|填表日期|日期\s*[:：]|\(?（?盖章|[\d一二三四五]+[.、．]\s*[“\"]?\D{4,})"
)
TOTAL = re.compile(r"^(?:合计|总计|共计|小计)")
GOES_ON = re.compile(r"^[.…。⋯]+$")
SENDER = re.compile(r"科协|科学技术协会|学会|协会|研究会")
SOCIETY = re.compile(r"(?:学会|研究会|(?<!科学技术)协会)")
SENDER_LABEL = re.compile(
    r"地级以上市科协\s*/\s*省科协所属省级学会\s*[:：]?|市(?:级)?科协\s*[:：]|县（市、区）科协|推荐单位\s*[:：]|填报单位\s*[:：]|"
    r"[(（]?盖章[)）]?|(?:\d{2,4}\s*)?年\s*\d*\s*月\s*\d*\s*日.*$"
)
NUMBER = re.compile(r"\d+")
LONGEST_NAME = {"case": 300, "enterprise": 200}
REPEATED_TITLES = 3
FEW_TEXTS = 2
SOCIETIES = "society"


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong with one cell, or with the whole table where `cell` is "" and `row_number` None.

    `column` is the heading, `field` the column's field key, `severity` error or warning.
    """

    cell: str
    row_number: int | None
    column: str
    field: str
    message: Message
    severity: str = "error"
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case of the table; what the table does not say is "" or None.

    `state` is new, unchanged, changed (then `changes` names the fields) or conflict.
    """

    row_number: int
    case_name: str
    enterprise: str
    number: int | None = None
    team: str = ""
    contact: str = ""
    contact_post: str = ""
    phones: tuple[str, ...] = ()
    region: str | None = None
    region_code: str | None = None
    case_type: str | None = None
    enterprise_type: str | None = None
    park_association: bool | None = None
    enterprise_association: bool | None = None
    lecture_candidate: bool | None = None
    remark: str = ""
    state: str = "new"
    changes: tuple[str, ...] = ()
    sheet: str = ""
    case_cell: str = ""


class RowReader:
    """Reads the rows of one sheet; `problems` fills up while `rows()` runs."""

    def __init__(self, grid: Grid, header: Header, profile: Profile, default_region: str | None) -> None:
        self.grid = grid
        self.header = header
        self.profile = profile
        self.problems: list[CellProblem] = []
        self._places = {column.field: number for number, column in header.places.items()}
        self.sender = self._sender()
        self.region = self._region_of_sheet() or default_region

    def rows(self) -> Iterator[CaseRow]:
        """Give the cases in order; a case whose cells are merged over several rows is one case."""
        current: CaseRow | None = None
        for row in range(self.header.bottom + 1, self.grid.height + 1):
            if self._is_no_case(row):
                continue
            if current is not None and self._goes_on(row):
                current = self._joined(current, row)
                continue
            if current is not None:
                yield current
            current = self._case(row)
        if current is not None:
            yield current

    def foreign_province(self) -> Region | None:
        """The other province to which most named regions belong, or the sender where no row names one."""
        texts = [self._text(row, "region") for row in range(self.header.bottom + 1, self.grid.height + 1)]
        found = [self._province_of(text) for text in texts if not is_nothing(text)]
        if not any(found):
            found = [self._province_of(self.sender)] if self.sender else []
        known = Counter(code for code in found if code)
        if not known:
            return None
        code, count = known.most_common(1)[0]
        if code == self.profile.province_code or count * 2 <= len(found):
            return None
        return gazetteer().get(code)

    def _province_of(self, text: str) -> str | None:
        """The province of a region; our own is asked first, so that shared names stay at home."""
        places = gazetteer()
        region = None
        for province in (self.profile.province_code, None):
            region = region or places.match(text, province)
        if region is None and SENDER.search(text):
            region = places.find(text, self.profile.province_code) or places.find(text)
        return region.province_code if region else None

    def _sender(self) -> str | None:
        for text in texts_above(self.grid, self.header.top):
            if SENDER.search(text) and "汇总表" not in text:
                name = SENDER_LABEL.sub("", text.split("\n")[0]).strip(" :：_")
                if SENDER.search(name):
                    return name
        return None

    def _region_of_sheet(self) -> str | None:
        """The region the table as a whole is of, from who sent it or from the sheet's name."""
        for text in filter(None, (self.sender, self.grid.sheet)):
            region = gazetteer().find(text, self.profile.province_code)
            if region is not None:
                return self._seat_of(region)[0]
        if self.sender and SOCIETY.search(self.sender) and self.profile.quota:
            return next((s.region for s in self.profile.quota.seats if s.kind == SOCIETIES), None)
        return None

    def _seat_of(self, region: Region) -> tuple[str, str]:
        """Name a region as the quota table does (恩施州); a county counts for its city."""
        city = gazetteer().city_of(region) or region
        for seat in self.profile.quota.seats if self.profile.quota else ():
            if seat.code == city.code:
                return seat.region, city.code
        return city.name, city.code

    def _text(self, row: int, field: str) -> str:
        place = self._places.get(field)
        return self.grid.text(row, place) if place else ""

    def _say(self, row: int, field: str, msgid: str, *, severity: str = "error", **params: object) -> None:
        place = self._places[field]
        heading = self.header.places[place].title
        message = Message(msgid, {"row": row, "column": heading, **params})
        cell = self.grid.address(row, place)
        self.problems.append(CellProblem(cell, row, heading, field, message, severity, self.grid.sheet))

    def _is_no_case(self, row: int) -> bool:
        """Whether a row is blank, an unfilled number, a note, a total, a section or a second header."""
        cells = self.grid.row(row)
        texts = [text for text in dict.fromkeys(cells) if text and not GOES_ON.match(text)]
        number = self._text(row, "number")
        rest = [text for text in texts if text != number]
        if not texts or (not rest and NUMBER.fullmatch(number)):
            return True
        if len(texts) == 1 and self._is_section(row, texts[0]):
            return True
        if TOTAL.match(texts[0]) or (len(texts) <= FEW_TEXTS and self._is_note(row, texts)):
            return True
        titles = {folded(name) for c in self.header.places.values() for name in (c.title, *c.aliases)}
        return sum(folded(text) in titles for text in texts) >= REPEATED_TITLES

    def _is_note(self, row: int, texts: list[str]) -> bool:
        if any(FOOTNOTE.match(text) for text in texts) and not self._apart(row):
            return True
        first_column = next(column for column in range(1, self.grid.width + 1) if self.grid.text(row, column))
        return len(texts) == 1 and first_column == self._places.get("number") and not NUMBER.match(texts[0])

    def _apart(self, row: int) -> bool:
        """Whether a row has a case and an enterprise of its own, as no note has."""
        case, enterprise = self._text(row, "case"), self._text(row, "enterprise")
        return bool(case and enterprise and case != enterprise)

    def _is_section(self, row: int, text: str) -> bool:
        """Take a line that only names a region, merged over the table, as the heading of what follows."""
        merge = self.grid.merge_at(row, next(iter(self.header.places)))
        if merge is None or merge.left == merge.right:
            return False
        region = None if FOOTNOTE.match(text) else gazetteer().find(text, self.profile.province_code)
        if region is not None and len(text) <= len(region.name) + len("科学技术协会（盖章）"):
            self.region = self._seat_of(region)[0]
        return True

    def _goes_on(self, row: int) -> bool:
        """Whether a row continues the case above: its case cell is merged down from there."""
        merge = self.grid.merge_at(row, self._places["case"])
        if merge is None or merge.top == row or merge.top <= self.header.bottom:
            return False
        number = self._places.get("number")
        own_number = (
            number is not None and self.grid.merge_at(row, number) is None and self._text(row, "number")
        )
        return not own_number

    def _joined(self, above: CaseRow, row: int) -> CaseRow:
        """Add what a continued row says beside the merged cells: another contact, more of the team."""
        contact = contact_of(self._text(row, "contact"))
        team = self._text(row, "people")
        names = [name for name in (above.contact, contact.name) if name]
        return replace(
            above,
            contact="、".join(dict.fromkeys(names)),
            contact_post=above.contact_post or contact.post,
            phones=tuple(dict.fromkeys((*above.phones, *contact.phones, *phones(self._text(row, "phone"))))),
            team=above.team if not team or team in above.team else f"{above.team}、{team}",
        )

    def _case(self, row: int) -> CaseRow:
        contact = contact_of(self._text(row, "contact"))
        name = contact.name
        if "contact" not in self._places and "phone" in self._places:
            name = contact_of(self._text(row, "phone")).name
        region, code = self._region(row)
        number = NUMBER.match(self._text(row, "number"))
        self._want(row, ("people", "contact", "phone", "case_type", "enterprise_type", "region"))
        return CaseRow(
            row_number=row,
            case_name=self._name(row, "case"),
            enterprise=self._name(row, "enterprise"),
            number=int(number.group()) if number else None,
            team="、".join(
                part.strip(" 、") for part in self._text(row, "people").split("\n") if part.strip(" 、")
            ),
            contact=name,
            contact_post=contact.post,
            phones=tuple(dict.fromkeys((*self._phones(row), *contact.phones))),
            region=region,
            region_code=code,
            case_type=self._choice(row, "case_type", self.profile.case_types),
            enterprise_type=self._choice(row, "enterprise_type", self.profile.enterprise_types),
            park_association=self._yes_or_no(row, "park_association"),
            enterprise_association=self._yes_or_no(row, "enterprise_association"),
            lecture_candidate=self._yes_or_no(row, "lecture_candidate"),
            remark=self._text(row, "remark"),
            sheet=self.grid.sheet,
            case_cell=self.grid.address(row, self._places["case"]),
        )

    def _want(self, row: int, fields: tuple[str, ...]) -> None:
        for field in fields:
            place = self._places.get(field)
            column: Column | None = self.header.places[place] if place else None
            if column is not None and column.required and is_nothing(self._text(row, field)):
                self._say(row, field, N_("Row %(row)s: %(column)s is empty; fill it in."), severity="warning")

    def _name(self, row: int, field: str) -> str:
        text = self._text(row, field).replace("\n", "")
        if is_nothing(text) or GOES_ON.match(text):
            self._say(row, field, N_("Row %(row)s: %(column)s is empty. Fill it in and import again."))
            return ""
        limit = LONGEST_NAME[field]
        if len(text) > limit:
            self._say(
                row,
                field,
                N_("Row %(row)s: %(column)s has %(count)s characters; at most %(limit)s fit. Shorten it."),
                count=len(text),
                limit=limit,
            )
        return text

    def _phones(self, row: int) -> tuple[str, ...]:
        text = self._text(row, "phone")
        found = phones(text)
        if lost_digits(text):
            self._say(
                row,
                "phone",
                N_("Row %(row)s: the phone became %(text)s and lost its last digits. Type it again as text."),
                text=text,
            )
        elif not found and not is_nothing(text):
            self._say(
                row,
                "phone",
                N_("Row %(row)s: no phone number can be read from “%(text)s”. Check it."),
                severity="warning",
                text=text[:40],
            )
        return found

    def _region(self, row: int) -> tuple[str | None, str | None]:
        text = self._text(row, "region")
        if is_nothing(text):
            seat = self.profile.quota.seat(self.region) if self.profile.quota and self.region else None
            return self.region, seat.code if seat else None
        for seat in self.profile.quota.seats if self.profile.quota else ():
            if folded(seat.region) == folded(text):
                return seat.region, seat.code
        places = gazetteer()
        region = places.match(text, self.profile.province_code) or places.find(
            text, self.profile.province_code
        )
        if region is None or region.level == "province":
            elsewhere = places.match(text)
            province = places.get(elsewhere.province_code) if elsewhere and region is None else None
            if province is not None and province.code != self.profile.province_code:
                msgid = N_("Row %(row)s: %(text)s lies in %(province)s, not in %(own)s. Correct it.")
            else:
                msgid = N_("Row %(row)s: there is no region “%(text)s” in %(own)s. Correct it.")
            own = self.profile.province or self.profile.title
            name = province.name if province else ""
            self._say(row, "region", msgid, text=text[:40], province=name, own=own)
            return None, None
        return self._seat_of(region)

    def _choice(self, row: int, field: str, choices: tuple[Choice, ...]) -> str | None:
        text = self._text(row, field)
        if is_nothing(text):
            return None
        keys = choice_of(text, choices)
        if field == "enterprise_type" and len(keys) > 1:
            # A little giant is private as well; the narrower word says more (P20).
            keys = tuple(key for key in keys if key not in {"private", "other"}) or keys
        if len(keys) == 1:
            return keys[0]
        names = "、".join(choice.title for choice in choices)
        if keys:
            msgid = N_("Row %(row)s: %(column)s “%(text)s” names several; choose one of %(choices)s.")
        else:
            msgid = N_("Row %(row)s: %(column)s “%(text)s” is none of %(choices)s. Correct it.")
        self._say(row, field, msgid, text=text[:40], choices=names)
        return None

    def _yes_or_no(self, row: int, field: str) -> bool | None:
        text = self._text(row, field)
        try:
            return yes_or_no(text)
        except ValueError:
            self._say(
                row, field, N_("Row %(row)s: %(column)s says “%(text)s”; write 是 or 否."), text=text[:40]
            )
            return None
