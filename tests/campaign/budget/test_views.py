import io
import re

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from campaign.budget import queries
from campaign.budget.models import BudgetLine, Expense
from campaign.db import utc_now
from tests.reports.reading import xlsx_sheets

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


def approve(app, world, expense, who="administrator"):
    client = world.login(app.test_client(), who)
    return client.post(f"{HOME}expenses/{expense.id}/approve", follow_redirects=True).get_data(as_text=True)


def test_an_expense_is_entered_to_the_fen_and_counts_once_approved(app, lead, line, world, session):
    """A1: only what a second person has approved is executed; what waits stands beside."""
    assert post(lead, line).status_code == 302
    expense = session.scalars(select(Expense)).one()
    assert (expense.amount_fen, expense.voucher_name, expense.line_id) == (123456, "发票.pdf", line.id)
    assert queries.totals(session, world.programme) == queries.Totals(100_000, 0, 123456)
    approve(app, world, expense)
    assert queries.totals(session, world.programme) == queries.Totals(100_000, 123456, 0)
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


def test_nobody_approves_their_own_expense(app, lead, line, world, session):
    """A1, A18: neither on the page nor, whatever the code says, in the database."""
    post(lead, line)
    expense = session.scalars(select(Expense)).one()
    assert "须由另一人审批" in lead.get(f"{HOME}expenses/{expense.id}").get_data(as_text=True)
    page = lead.post(f"{HOME}expenses/{expense.id}/approve", follow_redirects=True).get_data(as_text=True)
    session.refresh(expense)
    assert (expense.state, "须由另一人审批" in page) == ("pending", True)
    expense.state, expense.decided_by_id, expense.decided_at = "approved", expense.entered_by_id, utc_now()
    with pytest.raises(IntegrityError, match="four_eyes"):
        session.commit()
    session.rollback()


def test_an_expense_is_sent_back_with_a_reason_or_withdrawn_and_stays_in_the_ledger(
    app, lead, line, world, session
):
    """A1: nothing is deleted."""
    post(lead, line)
    post(lead, line, purpose="场地费")
    first, second = session.scalars(select(Expense).order_by(Expense.id)).all()
    other = world.login(app.test_client(), "administrator")
    other.post(f"{HOME}expenses/{first.id}/send-back", data={"reason": " "})
    session.refresh(first)
    assert first.state == "pending"
    other.post(f"{HOME}expenses/{first.id}/send-back", data={"reason": "发票抬头有误"})
    lead.post(f"{HOME}expenses/{second.id}/withdraw")
    session.expire_all()
    assert [(first.state, first.reason), (second.state, second.reason)] == [
        ("refused", "发票抬头有误"),
        ("withdrawn", ""),
    ]
    assert "发票抬头有误" in lead.get(f"{HOME}expenses/{first.id}").get_data(as_text=True)
    assert "不再等待审批" in approve(app, world, second)
    assert queries.totals(session, world.programme) == queries.Totals(100_000, 0, 0)


def test_a_reversal_is_a_negative_row_that_a_second_person_approves_too(app, lead, line, world, session):
    """A1: nothing is deleted, and a reversal that was sent back is put forward again in its own row."""
    post(lead, line)
    expense = session.scalars(select(Expense)).one()
    lead.post(f"{HOME}expenses/{expense.id}/reverse")
    assert len(session.scalars(select(Expense)).all()) == 1
    approve(app, world, expense)
    for _turn in range(2):
        assert lead.post(f"{HOME}expenses/{expense.id}/reverse").status_code == 302
    rows = session.scalars(select(Expense).order_by(Expense.id)).all()
    assert [(r.amount_fen, r.reverses_id) for r in rows] == [(123456, None), (-123456, expense.id)]
    assert queries.totals(session, world.programme).spent_fen == 123456
    other = world.login(app.test_client(), "administrator")
    other.post(f"{HOME}expenses/{rows[1].id}/send-back", data={"reason": "款未退回"})
    lead.post(f"{HOME}expenses/{expense.id}/reverse")
    approve(app, world, rows[1])
    lead.post(f"{HOME}expenses/{rows[1].id}/reverse")
    assert len(session.scalars(select(Expense)).all()) == 2
    assert queries.totals(session, world.programme).spent_fen == 0


def test_the_ledger_is_exported_with_subtotals_and_a_running_balance(app, lead, line, world, session):
    """A1: as accountants want it, every row of it, exact to the fen."""
    for number, day in ((1, "2024-10-02"), (2, "2024-09-01"), (3, "2024-10-05")):
        post(lead, line, amount=f"{number}.0{number}", spent_on=day, purpose=f"=第{number}笔")
    first, second, _third = session.scalars(select(Expense).order_by(Expense.id)).all()
    for expense in (first, second):
        approve(app, world, expense)
    rows = lead.get(HOME + "ledger.csv").data.decode("utf-8-sig").split("\r\n")
    cells = [row.split(",") for row in rows[1:-1]]
    assert [(c[1], c[2], c[3], c[6], c[7], c[8], c[9]) for c in cells] == [
        ("2024-09-01", "202409-001", "'=第2笔", "2.02", "2.02", "199997.98", "已审批"),
        ("2024-10-02", "202410-001", "'=第1笔", "1.01", "3.03", "199996.97", "已审批"),
        ("2024-10-05", "202410-002", "'=第3笔", "3.03", "3.03", "199996.97", "待审批"),
    ]
    sheets = xlsx_sheets(lead.get(HOME + "ledger.xlsx").data)
    assert [row[6:9] for row in sheets["序时账"][1:]] == [
        [2.02, 2.02, 199997.98],
        [1.01, 3.03, 199996.97],
        [3.03, 3.03, 199996.97],
    ]
    subtotal = next(row for row in sheets["分科目明细账"] if str(row[0]).startswith(f"{line.name} 小计"))
    assert subtotal[1:] == [3.03, 3.03, 996.97]
    assert sheets["科目汇总"][-1][0:5] == ["合计", 1000.0, 3.03, 3.03, 996.97]
    assert lead.get(HOME + "ledger.pdf").status_code == 404


def test_payments_outside_the_programme_are_warned_of_and_listed(lead, line):
    """A1."""
    post(lead, line)
    post(lead, line, spent_on="2024-06-30", purpose="早了一天")
    page = lead.get(HOME).get_data(as_text=True)
    assert ("period=outside" in page, "1,234.56" in page) == (True, True)
    listed = lead.get(HOME + "?period=outside").get_data(as_text=True)
    assert len(re.findall(r'class="row-title"', listed)) == 1


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
