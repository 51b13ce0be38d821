"""Every figure of a report worked out once more: plain SQL over the tables, plain Python, no query of ours.

Only what a contract says (required numbers, days, weights) is read from the profile; what was reached is read
from the tables, and the words around it are written anew. SQLite only: days are Shanghai days.
"""

from __future__ import annotations

import calendar
from collections import Counter
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from sqlalchemy import text

CENT = Decimal("0.01")
TYPES = {"organizational": "组织创新", "technological": "技术创新", "process": "工艺创新", "": "未注明"}
CLIP_WORDS = {"draft": "草稿", "rendering": "渲染中", "ready": "已完成", "failed": "渲染失败"}
LOCAL = "date({0}, '+8 hours')"

# Per target: table, the day a row came to count, and what makes a row count (requirements A, A11–A17).
COUNTED = {
    "lecture_events": (
        "lecture_event",
        LOCAL.format("starts_at"),
        (
            "tier = 'province' and state = 'held' and attendance_on_site > 0 and attendance_online > 0 "
            "and date(starts_at, '+8 hours') <= :due"
        ),
    ),
    "lecture_plans": (
        "lecture_event",
        LOCAL.format("created_at"),
        (
            "tier = 'province' and state <> 'cancelled' and date(starts_at, '+8 hours') <= :due and exists ("
            "select 1 from review join dossier on dossier.id = review.dossier_id "
            "where dossier.lecture_event_id = lecture_event.id and review.stage = 'centre' "
            "and review.state = 'approved' and review.decided_at < lecture_event.starts_at)"
        ),
    ),
    "media_reports": (
        "placement",
        "published_on",
        (
            "kind = 'report' and evidence_id is not null and published_on between :first and :last "
            "and outlet_id in (select id from outlet "
            "where level in ('central', 'industry', 'provincial') and nature = 'media') "
            "and (group_id is null or not exists (select 1 from placement as older "
            "where older.group_id = placement.group_id and older.published_on < placement.published_on))"
        ),
    ),
    "comprehensive_reports": (
        "placement",
        "published_on",
        (
            "kind = 'comprehensive' and evidence_id is not null and published_on between :first and :last "
            "and outlet_id in (select outlet_id from outlet_listing)"
        ),
    ),
    "clips": (
        "clip",
        "(select date(created_at, '+8 hours') from asset where id = clip.asset_id)",
        "state = 'ready'",
    ),
    "stories": ("case_record", LOCAL.format("created_at"), "state <> 'withdrawn' and story <> ''"),
    "exhibits": (
        "exhibit",
        LOCAL.format("created_at"),
        (
            "state <> 'declined' and enterprise_id in "
            "(select id from enterprise where little_giant_year is not null)"
        ),
    ),
    "monthly_reports": (
        "report",
        LOCAL.format("as_of"),
        "kind = 'monthly' and exists (select 1 from report_file where report_id = report.id)",
    ),
    "final_documents": (
        "report",
        LOCAL.format("as_of"),
        (
            "kind in ('execution', 'summary', 'performance') "
            "and exists (select 1 from report_file where report_id = report.id)"
        ),
    ),
}


def yuan(fen):
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def share(part, whole):
    return f"{(Decimal(part) * 100 / Decimal(whole)).quantize(Decimal('0.1'), ROUND_HALF_UP)} %"


def zh(day):
    return f"{day.year}年{day.month}月{day.day}日"


def number(value):
    return f"{value.normalize():f}"


class Recount:
    """The figures of one programme up to a day; `month` as 2024-09 for a monthly report."""

    def __init__(self, session, programme, profile, day, month=""):
        self.session, self.programme, self.profile = session, programme, profile
        self.month, self.day = month, day
        if month:
            year, number_of = map(int, month.split("-"))
            self.day = min(day, date(year, number_of, calendar.monthrange(year, number_of)[1]))

    def all(self, sql, **values):
        told = {"p": self.programme.id, "day": self.day.isoformat(), "month": self.month, **values}
        return [tuple(row) for row in self.session.execute(text(sql), told)]

    # --- targets ---

    def dated(self, key):
        """(id, day) of every row that counts for a target, in the report's reach."""
        table, when, counts = COUNTED[key]
        reach = f"and {when} <= :day" if self.month else ""
        rows = self.all(
            f"select id, {when} from {table} where programme_id = :p and {counts} {reach} order by id",  # noqa: S608 - words of this file
            due=self.target(key).due.isoformat(),
            first=self.programme.starts_on.isoformat(),
            last=self.programme.ends_on.isoformat(),
        )
        if key == "clips":
            rows = [row for row in rows if self._is_long_enough(row[0])]
        if key in ("monthly_reports", "final_documents"):
            newest = {}
            for row in rows:
                newest[self.all("select kind, month from report where id = :i", i=row[0])[0]] = row
            rows = sorted(newest.values())
        return rows

    def _is_long_enough(self, clip_id):
        (seconds,) = self.all("select duration from clip where id = :i", i=clip_id)[0]
        clip = self.profile.clip
        return abs(Fraction(seconds) - clip.duration_s) <= clip.tolerance_s

    def target(self, key):
        return next(target for target in self.profile.targets if target.key == key)

    def ids(self, key):
        return {row[0] for row in self.dated(key)}

    def in_month(self, key, month):
        return {row for row, day in self.dated(key) if day[:7] == month}

    def actual(self, key):
        return len(self.dated(key))

    def met(self, key):
        return self.actual(key) >= self.target(key).required

    def expected(self, key):
        target, start = self.target(key), self.programme.starts_on
        span = (target.due - start).days
        return target.required * min(max((self.day - start).days, 0), span) // span

    def lags(self, key):
        return not self.met(key) and (
            self.day > self.target(key).due or self.actual(key) < self.expected(key)
        )

    @property
    def keys(self):
        return [target.key for target in self.profile.targets]

    # --- money ---

    def fen(self, state, *, line=None, month=""):
        sql = "select coalesce(sum(amount_fen), 0) from expense where programme_id = :p and state = :state "
        sql += "and spent_on <= :day"
        sql += " and line_id = :line" if line else ""
        sql += " and strftime('%Y-%m', spent_on) = :of" if month else ""
        return self.all(sql, state=state, line=line, of=month)[0][0]

    def lines(self):
        """(id, name, planned) of each budget line in its order."""
        return self.all(
            "select id, name, amount_fen from budget_line where programme_id = :p order by position, id"
        )

    def expenses(self, state, line):
        sql = "select id from expense where programme_id = :p and state = :state and line_id = :line "
        return {row[0] for row in self.all(sql + "and spent_on <= :day", state=state, line=line)}

    @property
    def contract(self):
        return self.profile.budget.total_fen

    @property
    def spent(self):
        return self.fen("approved")

    # --- cases, clips, coverage ---

    def cases(self):
        """(kind, region, state, story, kind of enterprise) of every case that still runs."""
        reach = "and date(case_record.created_at, '+8 hours') <= :day" if self.month else ""
        return self.all(
            "select case_record.kind, case_record.region, state, story, enterprise.kind "  # noqa: S608 - words of this file
            "from case_record join enterprise on enterprise.id = enterprise_id "
            f"where case_record.programme_id = :p {reach} and state <> 'withdrawn'"
        )

    def counts(self, words):
        """(label, count), the most frequent first."""
        return sorted(Counter(words).items(), key=lambda item: (-item[1], item[0]))

    def by_type(self):
        return self.counts(TYPES[row[0]] for row in self.cases())

    def by_enterprise(self):
        titles = {choice.key: choice.title for choice in self.profile.enterprise_types}
        return self.counts(titles.get(row[4], "未注明") for row in self.cases())

    def by_city(self):
        found = Counter(row[1] or "未注明" for row in self.cases())
        seats = [seat.region for seat in self.profile.quota.seats]
        others = self.counts(row[1] or "未注明" for row in self.cases() if (row[1] or "未注明") not in seats)
        return [*((seat, found[seat]) for seat in seats), *others]

    def by_state(self):
        found = dict(self.all("select state, count(*) from clip where programme_id = :p group by state"))
        return [(words, found[state]) for state, words in CLIP_WORDS.items() if found.get(state)]

    def pieces(self):
        """The days of all pieces that count for one target of coverage or another."""
        rows = {row for key in ("media_reports", "comprehensive_reports") for row in self.dated(key)}
        return sorted(day for _row, day in rows)

    def months(self):
        first, last = self.programme.starts_on, self.programme.ends_on
        return [f"{first.year}-{n:02d}" for n in range(first.month, last.month + 1)]

    def coverage(self):
        """(label, pieces by the end of the month or None, even pace)."""
        required = sum(self.target(key).required for key in ("media_reports", "comprehensive_reports"))
        months, present = self.months(), self.day.isoformat()[:7]
        return [
            (
                f"{int(month[5:])}月",
                sum(day[:7] <= month for day in self.pieces()) if month <= present else None,
                (Decimal(required * place) / len(months)).quantize(CENT),
            )
            for place, month in enumerate(months, start=1)
        ]

    def spending(self):
        """(label, fen paid by the end of the month or None, fen planned)."""
        planned = sum(line[2] for line in self.lines())
        paid = self.all(
            "select strftime('%Y-%m', spent_on), amount_fen from expense where programme_id = :p "
            "and state = 'approved' and spent_on <= :day"
        )
        present, months = self.day.isoformat()[:7], self.months()
        points = [
            (
                f"{int(month[5:])}月",
                sum(fen for of, fen in paid if of <= month) if month <= present else None,
                planned,
            )
            for month in months
        ]
        late = any(of > months[-1] for of, _fen in paid)
        return [*points, *([("期后", sum(fen for _of, fen in paid), planned)] if late else [])]
