"""Templates of officers: filled in, and refused with paragraph and field named (A17)."""

import io
import zipfile

import pytest
from docx import Document

from reports.errors import ReportError
from reports.text_template import Part, check_template, template_docx, written_parts

PARTS = (Part("done", "完成的工作"), Part("next", "下月计划"))
VALUES = {
    "月份": "2024年9月",
    "案例": {"总数": 35},
    "目标列表": [{"名称": "视频", "完成": 3}, {"名称": "报道", "完成": 5}],
    "风险": [],
}


def template(*done, notes=()):
    return template_docx(PARTS, {"done": done, "next": ("照旧。",)}, notes)


def test_fields_lists_and_conditions_are_filled_in_part_by_part():
    content = template(
        "{{ 月份 }}共{{ 案例.总数 }}个。",
        "{% for 项 in 目标列表 %}{{ 项.名称 }}{{ 项.完成 }}{% if not loop.last %}，{% endif %}{% endfor %}。",
        "{% if 风险 %}",
        "有风险。",
        "{% else %}",
        "无风险。",
        "{% endif %}",
        notes=("说明",),
    )
    check_template(content, PARTS, VALUES)
    assert written_parts(content, PARTS, VALUES) == {
        "done": ("2024年9月共35个。", "视频3，报道5。", "无风险。"),
        "next": ("照旧。",),
    }


def test_a_field_that_word_spread_over_runs_with_curly_quotation_marks_is_read():
    document = Document(io.BytesIO(template()))
    paragraph = document.paragraphs[0].insert_paragraph_before()
    heading = document.paragraphs[1]
    heading._p.addnext(paragraph._p)
    for run in ("{{ 案", "例.总数 }}个{% if 月份 == “2024年", "9月” %}，本月{% endif %}"):
        paragraph.add_run(run)
    stream = io.BytesIO()
    document.save(stream)
    assert written_parts(stream.getvalue(), PARTS, VALUES)["done"] == ("35个，本月",)


@pytest.mark.parametrize(
    ("text", "params"),
    [
        ("{{ 没有这个 }}", {"number": "3", "field": "没有这个", "text": "{{ 没有这个 }}"}),
        ("{{ 案例.份数 }}", {"number": "3", "field": "份数", "text": "{{ 案例.份数 }}"}),
        ("{{ 案例 }}", {"number": "3", "text": "{{ 案例 }}"}),
        ("共{{ 案例.总数 个", {"number": "3", "text": "共{{ 案例.总数 个"}),
    ],
)
def test_what_is_wrong_is_named_by_paragraph_and_field(text, params):
    with pytest.raises(ReportError) as refusal:
        check_template(template("好的一段。", text), PARTS, VALUES)
    assert refusal.value.params == params


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ 月份.format(1) }}",
        "{{ 'x' * 999999999 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%99999999d' % 1 }}",
        "{% for a in range(99999999) %}x{% endfor %}",
        "{% for a in 月份 %}{% for b in 月份 %}{% for c in 月份 %}x{% endfor %}{% endfor %}{% endfor %}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% macro a() %}{{ a() }}{% endmacro %}",
        "{% set a = 月份 %}",
        "{{ 目标列表[0] }}",
        "{{ 月份|center(99999999) }}",
        "{{ self }}",
        "{{ cycler }}",
    ],
)
def test_a_template_can_do_nothing_but_fill_in(text):
    """design: SandboxedEnvironment; what it would still allow against the memory is shut too."""
    with pytest.raises(ReportError):
        check_template(template(text), PARTS, VALUES)


def test_headings_are_those_of_the_report():
    other = template_docx((Part("x", "别的标题"),), {"x": ("文字",)}, ())
    with pytest.raises(ReportError) as refusal:
        check_template(other, PARTS, VALUES)
    assert (refusal.value.params["title"], refusal.value.params["number"]) == ("别的标题", "1")
    numbered = template_docx((Part("done", "一、完成的工作"),), {"done": ("文字",)}, ())
    assert written_parts(numbered, PARTS, VALUES) == {"done": ("文字",), "next": ()}


def test_what_is_no_word_file_or_unpacks_to_a_bomb_is_refused():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"0" * 31_000_000)
    for content in (b"no file", b"", b"x" * 2_000_001, bomb.getvalue()):
        with pytest.raises(ReportError):
            check_template(content, PARTS, VALUES)
