import io
import re

import pytest
from sqlalchemy import select

from campaign.budget import queries
from campaign.budget.models import BudgetLine, Expense

HOME = "/p/guangdong-2024/budget/"
PDF = b"%PDF-1.4\n1 0 obj\n%%EOF\n"


@pytest.fixture
def lead(client, world):
    return world.login(client, "lead")


@pytest.fixture
def line(session, world):
    found = session.scalars(select(BudgetLine).where(BudgetLine.programme_id == world.programme.id)).first()
    found.amount_fen = 100_000
    session.commit()
    return found


def post(client, spent_from, **changes):
    base = {
        "line": spent_from.id,
        "amount": "1,234.56",
        "spent_on": "2024-10-01",
        "payee": "示例传媒",
        "purpose": "视频剪辑",
        "voucher": (io.BytesIO(PDF), "发票.pdf"),
    }
    data = {key: value for key, value in (base | changes).items() if value is not None}
    return client.post(HOME + "expenses/new", data=data, content_type="multipart/form-data")


def test_an_expense_is_entered_to_the_fen_with_its_voucher(lead, line, world, session):
    """A1."""
    assert post(lead, line).status_code == 302
    expense = session.scalars(select(Expense)).one()
    assert (expense.amount_fen, expense.voucher_name, expense.line_id) == (123456, "发票.pdf", line.id)
    assert queries.totals(session, world.programme).spent_fen == 123456
    with lead.get(f"{HOME}expenses/{expense.id}/voucher") as served:
        assert served.data == PDF
    page = lead.get(HOME).get_data(as_text=True)
    # 1,000 yuan were planned for this line: it is overspent and the page says by how much.
    assert ("1,234.56元" in page, "-234.56元" in page, "234.56" in page) == (True, True, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "12.345"),
        ("amount", "0"),
        ("spent_on", "2999-01-01"),
        ("payee", ""),
        ("purpose", ""),
        ("voucher", None),
        ("line", "0"),
    ],
)
def test_a_wrong_answer_is_refused_at_its_field_and_nothing_is_spent(
    lead, line, world, session, field, value
):
    """A1: no expense without its voucher."""
    answer = post(lead, line, **{field: value})
    assert (answer.status_code, f'id="{field}-error"' in answer.get_data(as_text=True)) == (422, True)
    assert queries.totals(session, world.programme).spent_fen == 0


def test_a_refused_form_keeps_the_voucher(lead, line, session):
    page = post(lead, line, payee="").get_data(as_text=True)
    token = re.search(r'name="voucher_kept"[^>]*value="([^"]+)"', page)[1]
    assert post(lead, line, voucher=None, voucher_kept=token).status_code == 302
    assert session.scalars(select(Expense)).one().voucher_name == "发票.pdf"


def test_a_reversal_is_a_negative_row_and_happens_once(lead, line, world, session):
    """A1: nothing is deleted."""
    post(lead, line)
    expense = session.scalars(select(Expense)).one()
    for _turn in range(2):
        assert lead.post(f"{HOME}expenses/{expense.id}/reverse").status_code == 302
    rows = session.scalars(select(Expense).order_by(Expense.id)).all()
    assert [(r.amount_fen, r.reverses_id) for r in rows] == [(123456, None), (-123456, expense.id)]
    lead.post(f"{HOME}expenses/{rows[1].id}/reverse")
    assert len(session.scalars(select(Expense)).all()) == 2
    assert queries.totals(session, world.programme).spent_fen == 0


def test_planned_amounts_are_saved_within_the_contract_and_a_line_is_added(lead, world, session):
    """A1."""
    lines = session.scalars(
        select(BudgetLine).where(BudgetLine.programme_id == world.programme.id).order_by(BudgetLine.position)
    ).all()
    amounts = {f"amounts-{index}": "1000" for index in range(len(lines))}
    further = {"new_name": "测试费", "new_amount": "500.05"}
    assert lead.post(HOME + "plan", data=amounts | further).status_code == 302
    assert queries.totals(session, world.programme).planned_fen == len(lines) * 100_000 + 50_005
    over = lead.post(HOME + "plan", data=amounts | {"amounts-0": "200,000.01", "amounts-1": "壹佰"})
    assert (over.status_code, 'value="壹佰"' in over.get_data(as_text=True)) == (422, True)
    too_much = {**amounts, f"amounts-{len(lines)}": "0", "amounts-0": "200,000.00"}
    assert lead.post(HOME + "plan", data=too_much).status_code == 422
    session.expire_all()
    assert queries.totals(session, world.programme).planned_fen == len(lines) * 100_000 + 50_005


def test_the_reviewer_reads_the_ledger_and_officers_do_not(app, world, lead, line):
    post(lead, line)
    reviewer = world.login(app.test_client(), "reviewer")
    assert [reviewer.get(HOME).status_code, post(reviewer, line).status_code] == [200, 403]
    for name in ("publicity", "planner", "observer"):
        assert world.login(app.test_client(), name).get(HOME).status_code == 403


def test_the_ledger_is_searched_and_filtered(lead, line):
    post(lead, line)
    post(lead, line, purpose="场地费", spent_on="2024-09-01")

    def found(query):
        return len(re.findall(r'class="row-title"', lead.get(HOME + query).get_data(as_text=True)))

    assert [
        found(""),
        found("?q=场地"),
        found("?month=2024-10"),
        found(f"?line={line.id}"),
        found("?kind=reversal"),
    ] == [2, 1, 1, 2, 0]
