from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from reports.data import Column
from reports.errors import ReportError
from reports.wording import amount, chinese_date, chinese_time, parsed, percent, plain, points, shown, yuan


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "0.00元"),
        (5, "0.05元"),
        (123_450, "1,234.50元"),
        (-123_450, "-1,234.50元"),
        (20_000_000, "200,000.00元"),
    ],
)
def test_money_reads_as_the_house_writes_it(fen, words):
    assert yuan(fen) == words
    assert amount(fen) == words.removesuffix("元")


@pytest.mark.parametrize(
    ("share", "words"),
    [("0.31", "31.0 %"), ("0", "0.0 %"), ("0.33333", "33.3 %"), ("0.00050", "0.1 %"), ("11.4", "1140.0 %")],
)
def test_shares_are_rounded_half_up(share, words):
    assert percent(Decimal(share)) == words


def test_dates_and_times_are_written_in_chinese_and_in_shanghai_time():
    assert chinese_date(date(2024, 10, 31)) == "2024年10月31日"
    assert chinese_time(datetime(2024, 10, 31, 16, 5, tzinfo=UTC)) == "2024年11月1日 00:05"


def test_points_show_two_decimals_at_most():
    assert [points(Decimal(text)) for text in ("10", "9.50", "8.333", "0")] == ["10", "9.5", "8.33", "0"]
    assert plain(Decimal("1E+2")) == "100"


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("text", "", "—"),
        ("text", "=cmd", "=cmd"),
        ("integer", "1500", "1,500"),
        ("number", "4.50", "4.5"),
        ("money", "123450", "1,234.50元"),
        ("share", "0.31", "31.0 %"),
        ("date", "2024-10-31", "2024年10月31日"),
        ("datetime", "2024-10-31T06:30:00+00:00", "2024年10月31日 14:30"),
    ],
)
def test_each_kind_of_cell_has_its_words(kind, text, words):
    assert shown(kind, parsed(Column("列", kind=kind), text, "附件1")) == words


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("integer", "3.5"),
        ("money", "12元"),
        ("share", "NaN"),
        ("date", "2024-02-30"),
        ("datetime", "2024-10-31T06:30:00"),
    ],
)
def test_a_cell_that_does_not_fit_its_column_is_refused_by_name(kind, text):
    with pytest.raises(ReportError) as refusal:
        parsed(Column("列", kind=kind), text, "附件1 第3行“列”")
    assert refusal.value.params == {"place": "附件1 第3行“列”", "text": text, "kind": kind}
