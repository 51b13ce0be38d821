import io
import re
from decimal import Decimal

import numpy as np
import pytest
from PIL import Image

from reports.data import Count, PacePoint, SpendPoint
from reports.project_charts import AFTER, Series, counted_series, series_of
from tests.reports.project_samples import project_report
from tests.reports.samples import first_day_report, province_report

PLANNED = 20_000_000
MONTHS = ("7月", "8月", "9月")


def burn_down(*executed):
    points = (SpendPoint(month, fen, PLANNED) for month, fen in zip(MONTHS, executed, strict=True))
    return Series("spending", "经费结余", tuple(points))


def has_red(chart):
    red, green, blue = np.moveaxis(
        np.asarray(Image.open(io.BytesIO(chart.png)).convert("RGB")).astype(int), 2, 0
    )
    return bool(((red > 140) & (green < 90) & (blue < 90)).any())


def test_the_burn_down_says_every_month_to_the_fen():
    assert burn_down(1_000_001, 4_450_050, None).alt == (
        "经费结余：预算200,000.00元，7月末累计支出10,000.01元，8月末累计支出44,500.50元，结余155,499.50元。"
    )


def test_red_marks_only_an_overspent_budget(fonts):
    over = burn_down(1_000_000, PLANNED + 5, None)
    assert over.alt.endswith("超支0.05元。")
    assert has_red(over.drawn(fonts))
    assert not has_red(burn_down(1_000_000, PLANNED, None).drawn(fonts))


def test_the_tiles_name_every_city_those_without_a_case_too(fonts):
    counts = (Count("广州市", 3), Count("深圳市", 0), Count("汕头市", 12))
    one = counted_series("cases_by_city", counts)
    assert one.drawn(fonts).alt == "各地区案例数：广州市 3 个，深圳市 0 个，汕头市 12 个。"


def test_tiles_differ_in_grey_by_their_number(fonts):
    def darkness(*counts):
        labelled = tuple(Count("市", count) for count in counts)
        chart = counted_series("cases_by_city", labelled).drawn(fonts)
        return float(np.asarray(Image.open(io.BytesIO(chart.png)).convert("L")).mean())

    assert darkness(0, 0) > darkness(1, 10) > darkness(10, 10)


@pytest.mark.parametrize("key", ["targets", "coverage", "cases_by_type", "cases_by_city"])
def test_a_phone_gets_the_same_words_in_a_narrower_drawing(fonts, key):
    one = series_of(province_report(), key)
    wide, narrow = one.drawn(fonts), one.drawn(fonts, narrow=True)
    assert wide.alt == narrow.alt == one.alt
    widths = [float(re.search(rb'width="([\d.]+)pt"', chart.svg)[1]) for chart in (wide, narrow)]
    assert [round(width / 72 * 2.54, 1) for width in widths] == [15.5, 9.2]


def test_what_has_nothing_to_show_is_left_out():
    first = first_day_report()
    assert [series_of(first, key) for key in ("coverage", "cases_by_city", "clips_by_state")] == [None] * 3


def test_a_series_is_drawn_once(fonts):
    points = (PacePoint("7月", 3, Decimal(5)), PacePoint("8月", None, Decimal(10)))
    one = Series("coverage", "报道", points)
    assert one.drawn(fonts) is Series("coverage", "报道", points).drawn(fonts)


def test_what_was_paid_after_the_last_month_has_a_point_of_its_own(fonts):
    points = (SpendPoint("7月", 1_000_000, PLANNED), SpendPoint(AFTER, 4_000_000, PLANNED))
    late = Series("spending", "经费结余", points)
    assert late.alt.endswith("7月末累计支出10,000.00元，期后累计支出40,000.00元，结余160,000.00元。")
    assert late.drawn(fonts).png != Series("spending", "经费结余", points[:1]).drawn(fonts).png


def test_a_burn_down_of_nothing_is_left_out():
    nothing = project_report("summary", spending=(SpendPoint("7月", 0, 0), SpendPoint("8月", None, 0)))
    assert series_of(nothing, "spending") is None
    planned = project_report("summary", spending=(SpendPoint("7月", 0, PLANNED),))
    assert series_of(planned, "spending").values == planned.spending
