import json
from dataclasses import replace

import pytest

from reports.errors import ReportError
from reports.snapshots import fingerprint, from_json, to_json
from tests.reports.samples import first_day_report, long_text_report, province_report


@pytest.mark.parametrize("make", [province_report, first_day_report, long_text_report])
def test_a_report_survives_storage_whole(make):
    report = make()
    assert from_json(to_json(report)) == report
    assert to_json(from_json(to_json(report))) == to_json(report)


def test_the_fingerprint_changes_with_any_figure():
    report = province_report()
    assert fingerprint(report) == fingerprint(province_report())
    other = replace(report, funds=replace(report.funds, executed_fen=report.funds.executed_fen + 1))
    assert fingerprint(report) != fingerprint(other)


def damaged(change):
    document = json.loads(to_json(province_report()))
    change(document)
    with pytest.raises(ReportError) as refusal:
        from_json(json.dumps(document))
    return refusal.value


def test_a_field_too_many_or_too_few_is_named():
    assert damaged(lambda d: d["report"]["funds"].update(colour="red")).params == {"reason": "fields: colour"}
    assert damaged(lambda d: d["report"].pop("targets")).params == {"reason": "fields: targets"}


def test_a_wrong_type_is_refused():
    assert damaged(lambda d: d["report"]["funds"].update(executed_fen=1.5)).params == {
        "reason": "int expected, not 1.5"
    }
    assert damaged(lambda d: d["report"]["targets"][0].update(met="yes")).params == {
        "reason": "bool expected, not 'yes'"
    }
    assert damaged(lambda d: d["report"].update(summary="text")).params == {
        "reason": "list expected, not 'text'"
    }
    assert damaged(lambda d: d["report"]["funds"].update(weight="ten")).params == {
        "reason": "[<class 'decimal.ConversionSyntax'>]"
    }


def test_another_kind_another_format_and_no_json_are_refused():
    assert damaged(lambda d: d.update(kind="monthly")).params == {"format": "1"}
    assert damaged(lambda d: d.update(format=99)).params == {"format": "99"}
    with pytest.raises(ReportError):
        from_json("{")


def test_a_value_of_the_wrong_type_is_refused_before_it_is_stored():
    report = province_report()
    wrong = replace(report, targets=(replace(report.targets[0], actual=100),))
    with pytest.raises(ReportError) as refusal:
        to_json(wrong)
    assert refusal.value.params == {"reason": "text expected, not 100"}
