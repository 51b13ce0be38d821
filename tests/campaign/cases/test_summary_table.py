from __future__ import annotations

import pytest

from campaign.cases.rules import case_key, enterprise_key
from campaign.cases.summary_form import NoSummaryTableError, write_summary_table
from campaign.cases.summary_table import ExistingCase, read_summary_table
from campaign.programmes.profiles import load
from campaign.tables import read_workbook
from tests.workbooks import book, case_rows, sheets, summary_workbook, table, write_rows

PROVINCES = ("guangdong-2024", "hubei-2024", "shanxi-2024")
HUBEI_HEADER = [
    "序号", "案例名称", "完成单位", "完成人员（团队）", "联系人及职务", "联系电话",
    "企业类型", "案例类型", "备注",
]  # fmt: skip
HUBEI_ROW = [
    1, "高效换热器", "示例精密有限公司", "张三、李四", "王五 主任", "13912345678",
    "民营企业", "技术创新", None,
]  # fmt: skip
GUANGDONG_HEADER = ["序号", "企业名称", "案例名称", "主要完成人", "联系人", "联系方式", "是否推荐参加宣讲"]
SHANXI_HEADER = [
    "序号", "案例名称", "单位名称", "联系人", "联系电话", "案例类型", "企业类型", "推荐地区",
    "是否已建立园区科协", "是否已建立企业科协", "是否为候选案例宣讲代表",
]  # fmt: skip
SHANXI_ROW = [
    1, "煤层气", "示例能源公司", "王五", "13912345678", "技术创新",
    "国有企业", "太原市", "是", "否", "是",
]  # fmt: skip
HUBEI_ABOVE = [
    ["2024年湖北企业典型创新案例推荐汇总表"],
    ["市级科协：武汉市科协（盖章）  2024年9月10日"],
]
PLACES = ("number", "case", "enterprise", "people", "contact", "phone", "kind", "type", "remark")


def read(data, key="hubei-2024", **options):
    others = [load(other) for other in PROVINCES if other != key]
    return read_summary_table(
        read_workbook(data, "汇总表.xlsx"), load(key), file_name="汇总表.xlsx", others=others, **options
    )


def said(found):
    return [(problem.cell, str(problem.message)) for problem in found.problems]


def hubei(*rows):
    return table(*HUBEI_ABOVE, HUBEI_HEADER, *rows)


def row_with(**changes):
    cells = list(HUBEI_ROW)
    for name, value in changes.items():
        cells[PLACES.index(name)] = value
    return cells


@pytest.mark.parametrize("key", PROVINCES)
def test_what_the_official_table_holds_is_read_back(key):
    """P19"""
    region = load(key).quota.seats[0].region
    found = read(summary_workbook(load(key), 3, sender=f"{region}科协", region=region), key)
    assert (found.importable, found.problems, found.layout, found.header_row) == (True, (), key, 3)
    assert [row.case_name for row in found.rows] == [row["case"] for row in case_rows(3)]
    assert [row.enterprise for row in found.rows] == [row["enterprise"] for row in case_rows(3)]
    assert {(r.contact, r.contact_post, r.region) for r in found.rows} == {("王五", "主任", region)}
    assert [row.phones for row in found.rows] == [(row["phone"],) for row in case_rows(3)]
    columns = {column.field for column in load(key).summary.columns}
    types = ["organizational", "technological", "process"] if "case_type" in columns else [None] * 3
    assert [row.case_type for row in found.rows] == types
    assert [row.lecture_candidate for row in found.rows] == (
        [True, False, False] if "lecture_candidate" in columns else [None] * 3
    )


@pytest.mark.parametrize("key", PROVINCES)
def test_an_unfilled_official_table_is_refused_as_empty(key):
    found = read(write_summary_table(load(key)), key)
    assert (found.rows, found.importable) == ((), False)
    assert said(found) == [
        ("", "汇总表.xlsx has the header of a summary table but no filled row. Fill it in and send it again.")
    ]


def test_a_blank_workbook_is_refused_as_empty():
    found = read(table([None]))
    assert said(found) == [("", "汇总表.xlsx holds nothing. Fill in the summary table and send it again.")]


@pytest.mark.parametrize("key", PROVINCES)
@pytest.mark.parametrize("sent", PROVINCES)
def test_a_table_of_another_province_is_refused_by_name(key, sent):
    found = read(summary_workbook(load(sent), 2), key)
    if key == sent:
        assert found.importable
    else:
        names = (load(sent).province, load(key).title)
        assert found.rows == ()
        assert said(found) == [
            (
                "",
                f"汇总表.xlsx is a table of {names[0]}, not of {names[1]}. Nothing was taken over.",
            )
        ]


def test_another_layout_without_a_title_is_told_by_its_headings():
    found = read(table(SHANXI_HEADER, SHANXI_ROW), "guangdong-2024")
    assert [p.message.params["province"] for p in found.errors] == ["山西省"]


def test_regions_of_another_province_give_the_table_away():
    found = read(table(SHANXI_HEADER, [*SHANXI_ROW[:7], "武汉市", *SHANXI_ROW[8:]]), "shanxi-2024")
    assert [p.message.params["province"] for p in found.errors] == ["湖北省"]


def test_a_sheet_without_a_header_is_refused_with_the_columns_wanted():
    found = read(table(["甲", "乙"], ["一", "二"]), "guangdong-2024")
    columns = "序号、企业名称、案例名称、主要完成人、联系人、联系方式、是否推荐参加宣讲"
    wanted = f"No header of a summary table was found in 汇总表.xlsx. It must name the columns {columns}."
    assert said(found) == [("", wanted)]


def test_title_unit_notes_blank_and_unfilled_rows_are_no_cases():
    """P19"""
    found = read(
        hubei(
            HUBEI_ROW,
            [None],
            [2],
            [3],
            ["…"],
            ["合计", None, "1家"],
            ["填报人：赵六", None, None, None, "联系电话：027-87654321"],
            ["注：1.请按推荐顺序进行填写。"],
            ["2.“企业类型”选填：央企、省属企业、地方国企、民营企业。"],
        )
    )
    assert [(row.row_number, row.case_name) for row in found.rows] == [(4, "高效换热器")]
    assert (found.problems, found.sender, found.region) == ((), "武汉市科协", "武汉市")


def test_a_header_of_two_merged_rows_is_one_header():
    def fill(_book, page):
        page.merge_range("A1:I1", "2024年湖北企业典型创新案例推荐汇总表")
        for letter, heading in zip("ABCD", HUBEI_HEADER, strict=False):
            page.merge_range(f"{letter}2:{letter}3", heading)
        page.merge_range("E2:F2", "联系信息")
        page.write("E3", "姓名")
        page.write("F3", "手机")
        for letter, heading in zip("GHI", HUBEI_HEADER[6:], strict=False):
            page.merge_range(f"{letter}2:{letter}3", heading)
        write_rows(page, [HUBEI_ROW], first=3)

    found = read(book(fill), default_region="武汉市")
    assert found.problems == ()
    assert [(r.row_number, r.contact, r.contact_post, r.phones) for r in found.rows] == [
        (4, "王五", "主任", ("13912345678",))
    ]


def test_an_enterprise_merged_over_rows_belongs_to_each():
    def fill(_book, page):
        write_rows(page, [GUANGDONG_HEADER])
        page.merge_range("B2:B3", "示例精密有限公司")
        for row, case in enumerate(("换热器", "冷凝器"), start=1):
            write_rows(page, [[row, None, case, "张三", "王五", 13912345678, "是"]], first=row)

    found = read(book(fill, sheet="广州市"), "guangdong-2024")
    assert [(r.enterprise, r.case_name, r.region) for r in found.rows] == [
        ("示例精密有限公司", "换热器", "广州市"),
        ("示例精密有限公司", "冷凝器", "广州市"),
    ]


def test_a_case_merged_over_two_contacts_is_one_case():
    def fill(_book, page):
        write_rows(page, [HUBEI_HEADER, HUBEI_ROW])
        for place in (0, 1, 2, 3, 6, 7, 8):
            page.merge_range(1, place, 2, place, HUBEI_ROW[place] or "")
        write_rows(page, [[None, None, None, None, "赵六", "13887654321"]], first=2)

    found = read(book(fill), default_region="武汉市")
    assert found.problems == ()
    assert [(r.case_name, r.contact, r.contact_post, r.phones) for r in found.rows] == [
        ("高效换热器", "王五、赵六", "主任", ("13912345678", "13887654321"))
    ]


def test_a_line_naming_a_city_heads_the_rows_below_it():
    def fill(_book, page):
        write_rows(page, [HUBEI_HEADER])
        page.merge_range("A2:I2", "武汉市")
        write_rows(page, [HUBEI_ROW], first=2)
        page.merge_range("A4:I4", "恩施州")
        write_rows(page, [row_with(case="硒茶", enterprise="示例茶业")], first=4)

    found = read(book(fill))
    assert [(r.case_name, r.region, r.region_code) for r in found.rows] == [
        ("高效换热器", "武汉市", "4201"),
        ("硒茶", "恩施州", "4228"),
    ]


def test_full_width_typing_is_read_as_plain():
    found = read(hubei(row_with(number="１", case="Ｎ９５　口罩（二期）", phone="１３９１２３４５６７８")))
    assert [(r.number, r.case_name, r.phones) for r in found.rows] == [
        (1, "N95 口罩（二期）", ("13912345678",))
    ]


def test_reordered_added_and_missing_columns_are_found_by_name():
    header = ["地区", "完成单位", "案例名称", "联系电话（手机）", "序号", "推荐类型", "成立时间"]
    found = read(table(header, ["孝感", "示例公司", "换热器", 13912345678, 1, "工艺", "2010"]))
    row = found.rows[0]
    assert (row.enterprise, row.case_name, row.phones, row.case_type) == (
        "示例公司",
        "换热器",
        ("13912345678",),
        "process",
    )
    assert row.region == "孝感市"
    assert [(p.cell, p.column, p.severity) for p in found.problems] == [
        ("", "完成人员（团队）", "warning"),
        ("", "联系人及职务", "warning"),
        ("", "企业类型", "warning"),
        ("", "备注", "warning"),
        ("G1", "成立时间", "warning"),
    ]
    assert found.importable


def test_tables_on_several_sheets_are_read_together():
    found = read(
        sheets(
            武汉市=[HUBEI_HEADER, HUBEI_ROW], 说明=[["填表说明"]], 黄石市=[HUBEI_HEADER, row_with(case=None)]
        )
    )
    assert [(r.sheet, r.region) for r in found.rows] == [("武汉市", "武汉市"), ("黄石市", "黄石市")]
    assert [(p.cell, p.severity) for p in found.problems] == [("黄石市!B2", "error")]


@pytest.mark.parametrize(
    ("changes", "cell", "severity", "message"),
    [
        ({"case": None}, "B4", "error", "Row 4: 案例名称 is empty. Fill it in and import again."),
        ({"enterprise": "/"}, "C4", "error", "Row 4: 完成单位 is empty. Fill it in and import again."),
        ({"people": None}, "D4", "warning", "Row 4: 完成人员（团队） is empty; fill it in."),
        ({"phone": None}, "F4", "warning", "Row 4: 联系电话 is empty; fill it in."),
        ({"phone": "1.39E+10"}, "F4", "error",
         "Row 4: the phone became 1.39E+10 and lost its last digits. Type it again as text."),
        ({"phone": "见附件"}, "F4", "warning", "Row 4: no phone number can be read from “见附件”. Check it."),
        ({"kind": "外资"}, "G4", "error",
         "Row 4: 企业类型 “外资” is none of 央企、省属企业、地方国企、民营企业. Correct it."),
        ({"type": "技术创新、工艺创新"}, "H4", "error",
         "Row 4: 案例类型 “技术创新、工艺创新” names several; choose one of 组织创新、技术创新、工艺创新."),
        ({"case": "长" * 301}, "B4", "error",
         "Row 4: 案例名称 has 301 characters; at most 300 fit. Shorten it."),
    ],
)  # fmt: skip
def test_each_problem_is_named_by_its_cell(changes, cell, severity, message):
    """P19, P20"""
    found = read(hubei(row_with(**changes)))
    assert [(p.cell, p.row_number, p.severity, str(p.message)) for p in found.problems] == [
        (cell, 4, severity, message)
    ]
    assert found.importable == (severity == "warning")


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("是", True), ("√", True), ("✓", True), ("○", True), ("Y", True), ("ｙｅｓ", True), (True, True),
     ("否", False), ("×", False), ("N", False), ("未建立", False), (None, None), ("/", None)],
)  # fmt: skip
def test_yes_and_no_are_read_in_every_way_people_write_them(written, read_as):
    found = read(table(SHANXI_HEADER, [*SHANXI_ROW[:10], written]), "shanxi-2024")
    assert ([row.lecture_candidate for row in found.rows], found.errors) == ([read_as], ())


def test_neither_yes_nor_no_is_refused():
    found = read(table(SHANXI_HEADER, [*SHANXI_ROW[:10], "再议"]), "shanxi-2024")
    assert said(found) == [("K2", "Row 2: 是否为候选案例宣讲代表 says “再议”; write 是 or 否.")]


@pytest.mark.parametrize(
    ("written", "region"),
    [("太原", "太原市"), ("山西省大同市", "大同市"), ("大同市平城区", "大同市"), ("长 治", "长治市")],
)
def test_regions_are_read_in_every_way_people_write_them(written, region):
    found = read(table(SHANXI_HEADER, [*SHANXI_ROW[:7], written, *SHANXI_ROW[8:]]), "shanxi-2024")
    assert ([row.region for row in found.rows], found.problems) == ([region], ())


def test_a_region_elsewhere_is_named_with_its_province():
    rows = [[n, f"案{n}", f"厂{n}", *SHANXI_ROW[3:7], place, *SHANXI_ROW[8:]] for n, place in
            enumerate(("太原市", "大同市", "武汉市", "乌有市"), start=1)]  # fmt: skip
    found = read(table(SHANXI_HEADER, *rows), "shanxi-2024")
    assert said(found) == [
        ("H4", "Row 4: 武汉市 lies in 湖北省, not in 山西省. Correct it."),
        ("H5", "Row 5: there is no region “乌有市” in 山西省. Correct it."),
    ]


def test_a_society_nominates_from_the_seats_of_the_societies():
    """P5"""
    rows = [["地级以上市科协/省科协所属省级学会：广东省机械工程学会（盖章） 2024年9月20日"], GUANGDONG_HEADER,
            [1, "示例公司", "换热器", "张三", "王五", "13912345678", "否"]]  # fmt: skip
    found = read(table(*rows), "guangdong-2024")
    assert (found.sender, found.rows[0].region, found.problems) == ("广东省机械工程学会", "省级科技社团", ())


def test_the_same_case_twice_in_one_table_is_refused():
    found = read(hubei(HUBEI_ROW, row_with(number=2, case="“高效换热器”", enterprise="示例精密 有限公司")))
    assert said(found) == [("B5", "Row 5: “高效换热器” of the same enterprise is in row 4 too. Delete one.")]


def test_more_cases_than_an_enterprise_may_have_are_named():
    """P3"""
    found = read(hubei(HUBEI_ROW, row_with(number=2, case="冷凝器")))
    assert said(found) == [("B5", "Row 5: this is case 2 of 示例精密有限公司; at most 1 may be sent.")]
    assert found.importable


def test_a_jump_in_the_numbers_is_named():
    found = read(hubei(HUBEI_ROW, row_with(number=3, case="冷凝器", enterprise="另一公司")))
    assert said(found) == [("B5", "Row 5: the number is 3 after 1. Is a row missing?")]


def stored(**values):
    whole = {
        "team": "张三、李四", "contact": "王五", "contact_post": "主任", "phones": "13912345678",
        "case_type": "technological", "enterprise_type": "private", "region": "武汉市",
        "park_association": None, "enterprise_association": None, "lecture_candidate": False, "remark": "老",
        **values,
    }  # fmt: skip
    return {(case_key("高效换热器"), enterprise_key("示例精密有限公司")): ExistingCase(7, whole)}


@pytest.mark.parametrize(
    ("values", "state", "changes"),
    [
        ({}, "unchanged", ()),
        ({"phones": "13800000000"}, "changed", ("phones",)),
        ({"team": "", "case_type": ""}, "changed", ("team", "case_type")),
        ({"region": "黄石市"}, "conflict", ("region",)),
    ],
)
def test_a_repeated_import_says_what_changed(values, state, changes):
    """P5: a second recommender is a conflict."""
    found = read(hubei(HUBEI_ROW), existing=stored(**values))
    assert [(row.state, row.changes) for row in found.rows] == [(state, changes)]
    assert found.importable == (state != "conflict")


def test_a_case_unknown_so_far_is_new_and_a_like_named_enterprise_is_asked_about():
    found = read(hubei(row_with(enterprise="示例精密股份有限公司")), existing=stored())
    assert [row.state for row in found.rows] == ["new"]
    assert said(found) == [
        ("B4", "Row 4: 高效换热器 of a similarly named enterprise is already there. Is it the same?")
    ]


def test_a_table_that_names_no_region_says_so():
    found = read(table(HUBEI_HEADER, HUBEI_ROW))
    assert said(found) == [
        ("", "The table does not say of which region it is; set the region at the cases afterwards.")
    ]


def test_a_programme_without_a_summary_table_takes_none():
    found = read(hubei(HUBEI_ROW), "national-2024")
    assert said(found) == [("", "The programme 2024年企业典型创新案例征集及宣讲活动 has no summary table.")]
    with pytest.raises(NoSummaryTableError):
        write_summary_table(load("national-2024"))


def test_a_title_that_looks_like_a_formula_stays_text():
    found = read(summary_workbook(load("hubei-2024"), 1, case="=1+1案例", region="武汉市"))
    assert [row.case_name for row in found.rows] == ["=1+1案例"]
