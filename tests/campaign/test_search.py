"""Search for parts of words, the same on both databases (ux: search over everything)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event, select, text

from campaign import schema, search
from campaign.db import db
from campaign.outlets.finding import find_cases
from campaign.outlets.models import OutletName
from campaign.outlets.rules import name_key
from campaign.placements.finding import find_placements
from campaign.placements.models import Placement
from tests.factories import make_case, make_outlet


def test_a_text_is_indexed_by_its_pairs_and_the_last_letter_of_each_run():
    assert search.tokens("企业创新，ＡBc") == ["企业", "业创", "创新", "新", "ab", "bc", "c"]


@pytest.mark.parametrize(
    ("words", "fts5", "tsquery"),
    [
        ("创新", '"创新"', "('创新')"),
        ("企业创", '"企业 业创"', "('企业' <-> '业创')"),
        ("新", "新*", "'新':*"),
        ("A-b", "a* AND b*", "'a':* & 'b':*"),
        ("《》 \"' *", "", ""),
    ],
)
def test_a_search_is_the_phrase_of_its_pairs(words, fts5, tsquery):
    assert (search.fts5_query(words), search.tsquery(words)) == (fts5, tsquery)


@pytest.fixture
def pieces(session, world):
    outlet = make_outlet("示例日报")
    outlet.names.append(OutletName(name="示例新闻网", key=name_key("示例新闻网")))
    session.add(outlet)
    session.flush()
    for title in ("企业创新换热器", "工艺改良《低温泵》", "新能源 AUTO-7 下线"):
        session.add(
            Placement(
                programme_id=world.programme.id,
                owner_id=world.province.id,
                outlet_id=outlet.id,
                title=title,
                published_on=date(2024, 9, 1),
                kind="report",
            )
        )
    session.commit()
    return outlet


def titles(session, words):
    found = find_placements(select(Placement).order_by(Placement.id), words)
    return [piece.title[:2] for piece in session.scalars(found).unique()]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("创新", ["企业"]),
        ("器", ["企业"]),
        ("新", ["企业", "工艺", "新能"]),
        ("新能源", ["新能"]),
        ("auto", ["新能"]),
        ("ＵＴＯ－7", ["新能"]),
        ("低温 泵", ["工艺"]),
        ("创新 低温", []),
        ("新闻网", ["企业", "工艺", "新能"]),
        ("%", ["企业", "工艺", "新能"]),
        ("\" OR '", []),
        ("业创", ["企业"]),
        ("创业", []),
    ],
)
def test_pieces_are_found_by_any_two_characters_and_by_names_of_their_outlet(session, pieces, words, found):
    assert titles(session, words) == found


@pytest.mark.both_databases
def test_what_changes_or_goes_is_found_as_it_is_now(session, pieces):
    piece = session.scalars(select(Placement).order_by(Placement.id)).unique().first()
    piece.title = "陶瓷坩埚"
    pieces.names[1].name = "别名晚报"
    session.commit()
    assert (titles(session, "换热"), titles(session, "坩埚"), titles(session, "新闻网")) == ([], ["陶瓷"], [])
    session.delete(piece)
    session.commit()
    assert titles(session, "坩埚") == []


@pytest.mark.both_databases
def test_cases_are_found_by_their_story_and_their_enterprise(session, world):
    make_case(session, world, "换热器", story="水下焊接")
    from campaign.cases.models import Case

    def found(words):
        return [case.title for case in session.scalars(find_cases(select(Case), words)).unique()]

    assert (found("下焊"), found("热器"), found("没有")) == (["换热器"], ["换热器"], [])


@pytest.mark.both_databases
def test_an_index_that_lost_rows_is_filled_on_the_next_start(session, pieces):
    session.execute(text("DELETE FROM search_placement"))
    session.commit()
    assert titles(session, "换热") == []
    schema.upgrade(db.engine)
    assert titles(session, "换热") == ["企业"]


def test_indexing_a_thousand_rows_costs_few_statements(session, pieces):
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    search.reindex(session.connection(), "placement", range(1, 400))
    assert len(asked) == 3
