"""The tables of the reports written anew from the recount, and the statements behind the annexes' cells."""

from campaign.programmes.profiles import load
from tests.campaign.documents.recount import share, yuan, zh

PROFILE = load("guangdong-2024")
DASH = "—"
ANNEX_OF = {
    "lecture_events": "lectures",
    "lecture_plans": "plans",
    "media_reports": "placements",
    "comprehensive_reports": "placements",
    "clips": "clips",
    "stories": "stories",
    "exhibits": "exhibits",
    "monthly_reports": "reports",
    "final_documents": "reports",
}


def evidence(report, key, ids):
    """`附件2 第1–3、5条` for the rows with these ids, found in the annexes by what they say they are."""
    annex = next(annex for annex in report.annexes if annex.key == key)
    places = [n for n, name in enumerate(annex.row_ids, 1) if int(name.partition(":")[2]) in ids]
    assert len(places) == len(ids)
    runs = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    words = "、".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
    return f"{annex.number} 第{words}条" if runs else f"{annex.number}（无）"


def targets_table(report, count):
    return [
        [
            str(place),
            target.title,
            f"{target.required} {target.unit}",
            f"{count.actual(target.key)} {target.unit}",
            share(count.actual(target.key), target.required),
            zh(target.due),
            "已达到" if count.met(target.key) else "未达到",
            evidence(report, ANNEX_OF[target.key], count.ids(target.key)),
        ]
        for place, target in enumerate(PROFILE.targets, 1)
    ]


def month_table(report, count):
    def gained(key):
        return count.in_month(key, count.month)

    return [
        [
            str(place),
            target.title,
            f"{len(gained(target.key))} {target.unit}",
            f"{count.actual(target.key)} {target.unit}",
            f"{target.required} {target.unit}",
            share(count.actual(target.key), target.required),
            zh(target.due),
            evidence(report, ANNEX_OF[target.key], gained(target.key)),
        ]
        for place, target in enumerate(PROFILE.targets, 1)
    ]


def months_table(_report, count):
    rows = []
    for target in PROFILE.targets:
        gains = [len(count.in_month(target.key, month)) for month in count.months()]
        whole = count.actual(target.key)
        rows.append([f"{target.title}（{target.unit}）", *map(str, (*gains, whole - sum(gains), whole))])
    return rows


def funds_table(_report, count):
    contract = yuan(count.contract)
    return [["年度资金总额", contract, contract, yuan(count.spent), share(count.spent, count.contract)]]


def money_table(report, count):
    rows = []
    for line, name, planned in count.lines():
        spent = count.fen("approved", line=line)
        month = [yuan(count.fen("approved", line=line, month=count.month))] if count.month else []
        proof = evidence(report, "expenses", count.expenses("approved", line))
        rows.append(
            [
                name,
                yuan(planned),
                *month,
                yuan(spent),
                share(spent, planned) if planned else DASH,
                yuan(planned - spent),
                yuan(count.fen("pending", line=line)),
                proof,
            ]
        )
    planned = sum(line[2] for line in count.lines())
    month = [yuan(count.fen("approved", month=count.month))] if count.month else []
    annex = next(annex.number for annex in report.annexes if annex.key == "expenses")
    return [
        *rows,
        [
            "合计",
            yuan(planned),
            *month,
            yuan(count.spent),
            share(count.spent, planned),
            yuan(planned - count.spent),
            yuan(count.fen("pending")),
            annex,
        ],
    ]


def approved_count(count):
    return count.all(
        "select count(*) from expense where programme_id = :p and state = 'approved' and spent_on <= :day"
    )[0][0]


def pending_count(count):
    return count.all(
        "select count(*) from expense where programme_id = :p and state = 'pending' and spent_on <= :day"
    )[0][0]


def deliverables_table(report, count):
    rows = [
        [
            target.title,
            f"{target.required}{target.unit}，{zh(target.due)}前",
            f"{count.actual(target.key)}{target.unit}",
            evidence(report, ANNEX_OF[target.key], count.ids(target.key)),
            "符合" if count.met(target.key) else "不符合",
        ]
        for target in PROFILE.targets
    ]
    ledger = (
        f"支出{approved_count(count)}笔共{yuan(count.spent)}元，均附凭证并经第二人审批；"
        f"另有{pending_count(count)}笔共{yuan(count.fen('pending'))}元待审批"
    )
    for duty in PROFILE.duties:
        own = duty.key == "own_ledger"
        rows.append(
            [
                duty.title,
                "按要求履行",
                ledger if own else DASH,
                "经费支出明细附件" if own else DASH,
                "待核验",
            ]
        )
    return [[str(place), *row] for place, row in enumerate(rows, 1)]


TABLES = {
    "monthly": {"本月进展与累计完成情况表": month_table, "分科目经费使用情况表": money_table},
    "execution": {
        "目标完成情况表": targets_table,
        "各月进展表": months_table,
        "资金使用情况表": funds_table,
        "分科目经费使用情况表": money_table,
    },
    "summary": {"目标完成情况表": targets_table, "资金使用情况表": funds_table},
    "performance": {
        "目标完成情况表": targets_table,
        "资金使用情况表": funds_table,
        "分科目经费使用情况表": money_table,
    },
    "acceptance": {
        "交付成果验收表": deliverables_table,
        "资金使用情况表": funds_table,
        "分科目经费使用情况表": money_table,
    },
}

# Every table of an annex, the statement that gives its cells, and how they are said.
CELLS = {
    "stories": (
        "select title, (select name from enterprise where id = enterprise_id), region, kind, length(story) "
        "from case_record where id = :i"
    ),
    "clips": (
        "select title, coalesce((select title from case_record where id = case_id), ''), duration, "
        "frame_count, "
        "(select substr(sha256, 1, 16) from asset where id = asset_id) from clip where id = :i"
    ),
    "placements": (
        "select title, (select name from outlet where id = outlet_id), kind, published_on, address, "
        "(select substr(sha256, 1, 12) from asset where id = evidence_id) from placement where id = :i"
    ),
    "lectures": (
        "select title, strftime('%Y-%m-%dT%H:%M:%S+00:00', starts_at), venue, attendance_on_site, "
        "attendance_online from lecture_event where id = :i"
    ),
    "plans": (
        "select title, strftime('%Y-%m-%dT%H:%M:%S+00:00', starts_at), "
        "(select number from dossier_version where id = review.version_id), "
        "strftime('%Y-%m-%dT%H:%M:%S+00:00', review.decided_at), "
        "(select name from user_account where id = review.decided_by_id) from lecture_event join "
        "(select review.*, dossier.lecture_event_id as event from review join dossier "
        "on dossier.id = dossier_id where stage = 'centre' and review.state = 'approved') as review "
        "on review.event = lecture_event.id where lecture_event.id = :i"
    ),
    "exhibits": (
        "select title, (select name from enterprise where id = enterprise_id), "
        "(select little_giant_year from enterprise where id = enterprise_id), "
        "coalesce(innovation + representativeness + interactivity, ''), state from exhibit where id = :i"
    ),
    "reports": (
        "select kind, number, strftime('%Y-%m-%dT%H:%M:%S+00:00', as_of), substr(snapshot_sha256, 1, 16) "
        "from report where id = :i"
    ),
    "expenses": (
        "select spent_on, voucher_number, (select name from budget_line where id = line_id), payee, purpose, "
        "amount_fen, state, voucher_name from expense where id = :i"
    ),
}
WORDS = {
    "": "",
    "organizational": "组织创新",
    "technological": "技术创新",
    "process": "工艺创新",
    "report": "报道",
    "comprehensive": "综述性报道",
    "performance": "绩效报告",
    "approved": "已审批",
    "pending": "待审批",
    "nominated": "已推荐",
}
