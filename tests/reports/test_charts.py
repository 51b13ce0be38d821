import io
from decimal import Decimal

import lxml.etree
import numpy as np
import pytest
from PIL import Image

from reports import charts
from reports.data import Count, PacePoint
from tests.reports.samples import first_day_report, long_text_report, province_report


def pixels(chart):
    return np.asarray(Image.open(io.BytesIO(chart.png)).convert("RGB")).astype(int)


def has_red(chart):
    red, green, blue = np.moveaxis(pixels(chart), 2, 0)
    return bool(((red > 140) & (green < 90) & (blue < 90)).any())


def test_the_targets_chart_says_each_figure_in_words(fonts):
    chart = charts.targets_chart(province_report().targets, fonts)
    assert chart.alt == (
        "各项目标完成情况。撰写企业典型创新案例故事：100／100 篇，100.0 %；"
        "省级媒体宣传报道：57／5 篇次，1140.0 %；权威主流媒体综述性报道：3／1 篇，300.0 %；"
        "短视频（每条约两分钟）：25／30 条，83.3 %，未达到。"
    )


def test_red_marks_only_what_falls_short(fonts):
    lines = province_report().targets
    assert has_red(charts.targets_chart(lines, fonts))
    assert not has_red(charts.targets_chart(lines[:3], fonts))


def test_coverage_behind_its_pace_is_marked_and_said(fonts):
    points = (
        PacePoint("9月", 10, Decimal(15)),
        PacePoint("10月", 20, Decimal(30)),
        PacePoint("11月", None, Decimal(45)),
    )
    chart = charts.coverage_chart(points, "报道", fonts)
    assert chart.alt == "报道：9月 10，10月 20。截至10月应完成 30，实际 20（落后于进度）。"
    assert has_red(chart)
    ahead = tuple(PacePoint(p.label, p.actual and p.actual * 2, p.pace) for p in points)
    assert not has_red(charts.coverage_chart(ahead, "报道", fonts))


def test_counts_are_said_in_words(fonts):
    chart = charts.counts_chart((Count("组织创新", 33), Count("技术创新", 34)), "各类型案例数", "个", fonts)
    assert chart.alt == "各类型案例数：组织创新 33 个，技术创新 34 个。"
    assert not has_red(chart)


@pytest.mark.parametrize("make", [province_report, first_day_report, long_text_report])
def test_the_same_data_give_the_same_bytes(fonts, make):
    report = make()
    assert charts.targets_chart(report.targets, fonts) == charts.targets_chart(report.targets, fonts)
    first = charts.coverage_chart(report.coverage, "报道", fonts)
    assert first == charts.coverage_chart(report.coverage, "报道", fonts)


def test_an_svg_is_well_formed_and_holds_no_date(fonts):
    chart = charts.counts_chart((), "各类型案例数", "个", fonts)
    assert lxml.etree.fromstring(chart.svg).tag == "{http://www.w3.org/2000/svg}svg"
    assert b"<dc:date>" not in chart.svg


def test_a_chart_fills_the_text_width_at_print_resolution(fonts):
    chart = charts.targets_chart(province_report().targets, fonts)
    assert pixels(chart).shape[1] == int(15.5 / 2.54 * 200)
