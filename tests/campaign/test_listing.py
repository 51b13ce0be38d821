"""The list that every room uses: search, filter, sort, page, export, with a constant number of queries."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from campaign.listing import Badge, Column, Filter, Listing, contains


class Base(DeclarativeBase):
    pass


class Piece(Base):
    __tablename__ = "piece"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    outlet: Mapped[str]
    paid_fen: Mapped[int | None]
    on: Mapped[dt.date]


COLUMNS = (
    Column("title", "标题", sort=Piece.title, primary=True),
    Column("outlet", "媒体", cell=lambda p: Badge("neutral", p.outlet), kind="badge"),
    Column("paid_fen", "支出", sort=Piece.paid_fen, kind="money"),
    Column("on", "日期", sort=Piece.on, kind="date"),
)
FILTERS = (
    Filter(
        "outlet",
        "媒体",
        choices=[("a", "甲报"), ("b", "乙网")],
        apply=lambda q, v: q.where(Piece.outlet == v),
    ),
    Filter("from", "自", kind="date", apply=lambda q, d: q.where(Piece.on >= d)),
)


@pytest.fixture
def engine(database, request):
    """An empty database of its own, in memory where it can be."""
    if database == "sqlite":
        engine = create_engine("sqlite://")
        yield engine
        engine.dispose()
        return
    cluster = request.getfixturevalue("postgresql")
    name = cluster.create()
    engine = create_engine(cluster.sqlalchemy_address(name))
    yield engine
    engine.dispose()
    cluster.drop(name)


@pytest.fixture
def session(engine):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session


@pytest.fixture
def build(session):
    for n in range(1, 8):
        session.add(
            Piece(
                title=f"第{n}篇 100%_国产",
                outlet="ab"[n % 2],
                paid_fen=None if n == 7 else 1000 * (n % 3),
                on=dt.date(2024, 10, n),
            )
        )
    session.commit()

    def make(**args):
        return Listing.build(
            session,
            select(Piece),
            COLUMNS,
            FILTERS,
            search=contains(Piece.title),
            args=args,
            default_sort="-on",
            per_page=3,
            keep=("tab",),
        )

    return make


def ids(listing):
    return [row.id for row in listing.rows]


def test_a_plain_list_shows_the_first_page_in_the_default_order(build):
    listing = build()
    assert (ids(listing), listing.total, listing.pages, listing.first, listing.last) == (
        [7, 6, 5],
        7,
        3,
        1,
        3,
    )


@pytest.mark.parametrize(
    ("page", "shown"), [("3", [1]), ("99", [1]), ("0", [7, 6, 5]), ("zwei", [7, 6, 5]), ("-4", [7, 6, 5])]
)
def test_page_numbers_are_clamped(build, page, shown):
    assert ids(build(page=page)) == shown


@pytest.mark.both_databases
def test_equal_rows_keep_their_order_from_page_to_page_and_empty_values_come_last(build):
    seen = [ids(build(sort="paid_fen", page=str(n))) for n in (1, 2, 3)]
    assert seen == [[3, 6, 1], [4, 2, 5], [7]]


@pytest.mark.parametrize("sort", ["outlet", "id", "on; drop table piece", "--on", ""])
def test_only_columns_that_sort_can_be_sorted_by(build, sort):
    listing = build(sort=sort)
    assert (ids(listing), listing.sort_key, listing.descending) == ([7, 6, 5], "on", True)


def test_a_filter_narrows_and_stands_in_the_address(build):
    listing = build(outlet="a", page="2")
    assert ids(listing) == [6, 4, 2]
    assert [(c.title, c.label, c.remove_url) for c in listing.chosen] == [("媒体", "甲报", "?")]
    assert listing.url(page=1) == "?outlet=a"


def test_a_value_that_is_no_choice_and_a_date_that_is_none_are_ignored(build):
    listing = build(outlet="x' or 1=1", **{"from": "2024-13-99"})
    assert (listing.total, listing.is_filtered, listing.chosen) == (7, False, [])


@pytest.mark.both_databases
def test_a_date_filter_gets_a_date(build):
    assert build(**{"from": "2024-10-06"}).total == 2


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("text", "total"),
    [("国产", 7), ("第3篇 国产", 1), ("第3篇　国产", 1), ("100%_", 7), ("1_0", 0), ("%", 7)],
)
def test_search_wants_every_word_and_takes_wildcards_as_themselves(build, text, total):
    assert build(q=text).total == total


def test_the_address_keeps_what_is_chosen_and_leaves_out_what_is_default(build):
    listing = build(q="国产", outlet="b", sort="title", tab="all", page="2")
    assert listing.url() == "?tab=all&q=%E5%9B%BD%E4%BA%A7&outlet=b&sort=title&page=2"
    assert listing.url(sort="-on") == "?tab=all&q=%E5%9B%BD%E4%BA%A7&outlet=b"
    assert listing.clear_url == "?tab=all&sort=title"
    assert listing.export_url == "?tab=all&q=%E5%9B%BD%E4%BA%A7&outlet=b&sort=title&format=xlsx"


def test_a_head_turns_its_own_sorting_round_and_says_how_it_stands(build):
    listing = build(sort="title")
    title, outlet, paid, _ = COLUMNS
    assert listing.sort_url(title) == "?sort=-title"
    assert listing.sort_url(paid) == "?sort=paid_fen"
    assert [listing.aria_sort(c) for c in (title, outlet, paid)] == ["ascending", None, "none"]


def test_the_sheet_has_every_page_in_yuan_words_and_dates(build):
    listing = build(sort="on", outlet="b", format="xlsx")
    heads, rows = listing.export_table()
    assert listing.wants_export
    assert heads == [("标题", "text"), ("媒体", "badge"), ("支出", "money"), ("日期", "date")]
    assert rows == [
        ["第1篇 100%_国产", "b", Decimal(10), dt.date(2024, 10, 1)],
        ["第3篇 100%_国产", "b", Decimal(0), dt.date(2024, 10, 3)],
        ["第5篇 100%_国产", "b", Decimal(20), dt.date(2024, 10, 5)],
        ["第7篇 100%_国产", "b", None, dt.date(2024, 10, 7)],
    ]
    assert (
        listing.export(lambda title, heads, rows: f"{title}{len(heads)}{len(rows)}".encode(), "报道")
        == "报道44".encode()
    )


def test_an_empty_list_has_one_page_and_no_rows(session):
    listing = Listing.build(session, select(Piece), COLUMNS, args={}, default_sort="on")
    assert (listing.total, listing.pages, listing.first, listing.last, listing.page_numbers) == (
        0,
        1,
        0,
        0,
        [1],
    )


@pytest.mark.both_databases
def test_the_number_of_queries_does_not_grow_with_the_rows(session, build):
    counted = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *a: counted.append(a[2]))
    build(page="3")
    one_row = len(counted)
    build(page="1")
    assert (one_row, len(counted)) == (2, 4)


@pytest.mark.parametrize(
    ("page", "pages", "offered"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (3, 9, [1, 2, 3, 4, None, 9]),
        (4, 5, [1, 2, 3, 4, 5]),
    ],
)
def test_the_pages_offered_are_the_ends_and_the_neighbours(session, page, pages, offered):
    session.add_all(
        Piece(title="t", outlet="a", paid_fen=None, on=dt.date(2024, 10, 1)) for _ in range(pages)
    )
    listing = Listing.build(
        session, select(Piece), COLUMNS, args={"page": str(page)}, default_sort="on", per_page=1
    )
    assert listing.page_numbers == offered
