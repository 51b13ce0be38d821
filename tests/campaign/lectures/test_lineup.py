"""The line-up solver against exhaustive search, its explanations, and the command (A6, P4)."""

import itertools
import json
import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from click.testing import CliRunner

from campaign.cli import cli
from campaign.lectures.lineup import Candidate, Limits, propose
from campaign.lectures.lineup_words import sentences

INSTANCES = 200


def allowed(chosen, limits, pinned=(), excluded=()) -> bool:
    ids = {one.id for one in chosen}
    most = {"city": limits.per_city, "enterprise": limits.per_enterprise}
    return (
        set(pinned) <= ids
        and not ids & set(excluded)
        and sum(one.park for one in chosen) >= limits.park_share * limits.seats
        and all(
            limit is None or max(Counter(getattr(one, name) for one in chosen).values()) <= limit
            for name, limit in most.items()
        )
    )


def exhaustive(candidates, limits, pinned=(), excluded=()):
    """Totals of all line-ups there are, the best first."""
    every = itertools.combinations(candidates, limits.seats)
    kept = [chosen for chosen in every if allowed(chosen, limits, pinned, excluded)]
    return sorted((sum(one.score for one in chosen) for chosen in kept), reverse=True)


def instance(seed: int):
    rng = random.Random(seed)  # noqa: S311 - no secret
    candidates = [
        Candidate(
            f"C{number}",
            f"市{rng.randrange(4)}",
            f"企业{rng.randrange(7)}",
            rng.random() < 0.35,
            Decimal(rng.randrange(6000, 6400)) / 100,
        )
        for number in range(rng.randrange(3, 11))
    ]
    limits = Limits(
        rng.randrange(1, 6),
        rng.choice([None, 1, 2]),
        Fraction(rng.choice([0, 3, 5]), 10),
        rng.choice([None, 1, 2]),
    )
    pinned = [one.id for one in candidates if rng.random() < 0.08]
    excluded = [one.id for one in candidates if rng.random() < 0.08]
    return candidates, limits, pinned, excluded


def test_the_solver_agrees_with_exhaustive_search_on_200_small_instances():
    """A6: totals of the best and the two next best; impossible ones among them."""
    impossible = 0
    for seed in range(INSTANCES):
        candidates, limits, pinned, excluded = instance(seed)
        found = propose(candidates, limits, pinned=pinned, excluded=excluded, alternatives=2)
        assert all(allowed(one.chosen, limits, pinned, excluded) for one in found.line_ups), seed
        assert len({frozenset(one.ids) for one in found.line_ups}) == len(found.line_ups), seed
        totals = exhaustive(candidates, limits, pinned, excluded)
        assert [one.total for one in found.line_ups] == totals[:3], seed
        assert (found.contradiction is None) == bool(totals), seed
        impossible += not totals
    assert 40 < impossible < 160


def without(kind, limits, excluded):
    if kind == "per_city":
        return replace(limits, per_city=None), excluded
    if kind == "per_enterprise":
        return replace(limits, per_enterprise=None), excluded
    if kind == "park_share":
        return replace(limits, park_share=Fraction(0)), excluded
    return limits, ()


def some(candidates, limits, pinned, excluded) -> bool:
    return bool(exhaustive(candidates, limits, pinned, excluded))


def any_number(candidates, limits, pinned, excluded) -> bool:
    sizes = range(1, len(candidates) + 1)
    empty = not pinned
    return empty or any(some(candidates, replace(limits, seats=n), pinned, excluded) for n in sizes)


def test_a_contradiction_is_minimal_and_every_change_named_helps():
    """Each limit named is needed for the contradiction, and the others are not."""
    proved = 0
    for seed in range(INSTANCES):
        candidates, limits, pinned, excluded = instance(seed)
        clash = propose(candidates, limits, pinned=pinned, excluded=excluded).contradiction
        if clash is None:
            continue
        proved += 1
        named = {one.kind: one.ids for one in clash.limits}
        told, out = limits, excluded if "excluded" in named else []
        for kind in {"per_city", "per_enterprise", "park_share"} - named.keys():
            told, _ = without(kind, told, out)
        fixed = named.get("pinned", ())
        exists = some if "seats" in named else any_number
        assert not exists(candidates, told, fixed, out), seed
        for kind in named.keys() - {"seats", "pinned"}:
            looser, less = without(kind, told, out)
            assert exists(candidates, looser, fixed, less), (seed, kind)
        for one in fixed:
            assert exists(candidates, told, [other for other in fixed if other != one], out), (seed, one)
        if "seats" in named:
            assert any_number(candidates, told, fixed, out), seed
        for change in clash.changes:
            assert helps(change, candidates, limits, pinned, excluded), (seed, change)
        assert clash.changes or clash.together, seed
    assert proved > 40


def helps(change, candidates, limits, pinned, excluded) -> bool:
    if change.kind == "seats":
        limits = replace(limits, seats=limits.seats + change.amount)
    elif change.kind == "per_city":
        limits = replace(limits, per_city=limits.per_city + max(change.parts.values()))
    elif change.kind == "per_enterprise":
        limits = replace(limits, per_enterprise=limits.per_enterprise + max(change.parts.values()))
    elif change.kind == "park_share":
        limits = replace(limits, park_share=Fraction(limits.parks_needed - change.amount, limits.seats))
    elif change.kind == "pinned":
        pinned = [one for one in pinned if one not in change.parts]
    elif change.kind == "excluded":
        excluded = [one for one in excluded if one not in change.parts]
    else:
        more = [Candidate(f"N{n}", "", "", n < change.parks, Decimal(1)) for n in range(change.amount)]
        candidates = [*candidates, *more]
        free = replace(limits, per_city=None, per_enterprise=None)
        return some(candidates, free, pinned, excluded)
    return some(candidates, limits, pinned, excluded)


def ten(**changes):
    """Ten candidates: six of 广州, four of 深圳, two of them from parks."""
    return [
        Candidate(
            f"{n}", "广州市" if n < 6 else "深圳市", f"企业{n}", n in (0, 7), Decimal(90 - n), f"案例{n}"
        )
        for n in range(10)
    ]


def told(limits, **fixed):
    found = propose(ten(), limits, **fixed)
    assert found.contradiction is not None
    head, clash, changes, together = sentences(found.contradiction, ten(), limits)
    return [str(head), *map(str, clash)], [str(one) for one in changes], [str(one) for one in together]


def test_too_few_park_cases_are_explained_with_the_smallest_changes():
    why, changes, together = told(Limits(10, None, Fraction(3, 10), 1))
    assert why == [
        "These cannot be kept all together:",
        "10 cases are to be chosen from 10 candidates.",
        "At least 30 % from park associations, that is 3 of 10; 2 candidates are.",
    ]
    assert changes == [
        "Be content with 2 cases from park associations instead of 3: 20 % instead of 30 %.",
        "Find 1 more candidates from other cities and enterprises, 1 of them from park associations.",
        "Choose 6 cases instead of 10.",
    ]
    assert together == []


def test_the_city_that_would_have_to_send_more_is_named():
    why, changes, _ = told(Limits(7, 3))
    assert why[1:] == [
        "7 cases are to be chosen from 10 candidates.",
        "At most 3 from any city; the candidates come from 2 cities.",
    ]
    assert changes == [
        "Allow more than 3 from a city here: 广州市 4.",
        "Choose 6 cases instead of 7.",
        "Find 1 more candidates from other cities and enterprises.",
    ]


def test_two_fixed_cases_of_one_firm_contradict_each_other_whatever_the_rest():
    rows = [replace(one, enterprise="同一企业") if one.id in "23" else one for one in ten()]
    found = propose(rows, Limits(4, 3, Fraction(1, 10), 1), pinned=["2", "3"])
    _, clash, changes, _ = sentences(found.contradiction, rows, Limits(4, 3, Fraction(1, 10), 1))
    assert [str(one) for one in clash] == [
        "At most 1 of any enterprise; the candidates come from 9 enterprises.",
        "Fixed by you: 案例2、案例3.",
    ]
    assert [str(one) for one in changes] == [
        "No longer fix: 案例3.",
        "Allow more than 1 of an enterprise here: 同一企业 2.",
    ]


def test_fewer_candidates_than_seats_is_one_plain_sentence():
    why, _, _ = told(Limits(11))
    assert why == ["There are only 10 candidates for 11 seats."]


def test_where_no_single_change_helps_the_smallest_mixed_one_is_told():
    """Two fixed cases of one firm, and more park cases asked for than there are."""
    limits = Limits(4, None, Fraction(3, 4), 1)
    rows = [replace(one, enterprise="同一企业") if one.id in "23" else one for one in ten()]
    found = propose(rows, limits, pinned=["2", "3"])
    _, _, changes, together = sentences(found.contradiction, rows, limits)
    assert (changes, [str(one) for one in together]) == (
        (),
        [
            "No longer fix: 案例3.",
            "Be content with 2 cases from park associations instead of 3: 50 % instead of 75 %.",
        ],
    )


def test_the_answer_does_not_depend_on_the_order_of_the_file():
    """Equal scores: the same members whatever comes first."""
    rows = [Candidate(f"{n}", f"市{n % 3}", f"企业{n}", n % 4 == 0, Decimal(80)) for n in range(12)]
    answers = set()
    for seed in range(5):
        random.Random(seed).shuffle(rows)  # noqa: S311 - no secret
        answers.add(propose(rows, Limits(5, 2, Fraction(3, 10), 1)).line_ups[0].ids)
    assert answers == {("0", "1", "2", "3", "4")}


# --- the command ------------------------------------------------------------------------------------------

NO_COLUMNS = (
    "候选.csv, line 1: the column enterprise, score is missing. "
    "The first line must name: id, city, enterprise, park, score."
)
HEAD = "id,city,enterprise,park,score\n"
ROWS = "甲,广州市,一厂,0,90\n乙,广州市,二厂,0,89\n丙,广州市,三厂,1,88.5\n丁,深圳市,四厂,0,70\n"


def run(tmp_path, text, *options, encoding="utf-8"):
    path = tmp_path / "候选.csv"
    path.write_bytes(text.encode(encoding))
    return CliRunner(env={"QICHUANG_LOCALE": "en"}).invoke(cli, ["line-up", str(path), *options])


LIMITS = ("--seats", "3", "--per-city", "2", "--park-share", "0.3", "--per-enterprise", "1", "--json")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_command_prints_the_chosen_ids_and_their_total(tmp_path, encoding):
    done = run(tmp_path, HEAD + ROWS, *LIMITS, encoding=encoding)
    assert (done.exit_code, json.loads(done.stdout)) == (
        0,
        {"chosen": ["甲", "丙", "丁"], "total": 248.5, "contradiction": None},
    )


def test_the_command_says_why_there_is_no_line_up_and_ends_with_1(tmp_path):
    done = run(tmp_path, HEAD + ROWS, *LIMITS, "--exclude", "丙")
    said = json.loads(done.stdout)
    assert (done.exit_code, said["chosen"], said["total"]) == (1, [], 0)
    assert said["contradiction"]["limits"] == ["seats", "park_share", "excluded"]
    assert said["contradiction"]["changes"][0]["says"] == "Admit again: 丙."


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD + "甲,广州市,一厂,2,90\n", "候选.csv, line 2, column park: enter 0 or 1, not 2."),
        (
            HEAD + "\n甲,广州市,一厂,1,高\n",
            "候选.csv, line 3, column score: enter a number such as 87.5, not 高.",
        ),
        (
            HEAD + "甲,广州市,一厂,1,nan\n",
            "候选.csv, line 2, column score: enter a number such as 87.5, not nan.",
        ),
        (HEAD + "甲,,一厂,1,90\n", "候选.csv, line 2, column city: this must not be empty."),
        (HEAD + "甲,广州市,一厂\n", "候选.csv, line 2, column park: this must not be empty."),
        (
            HEAD + "甲,广州市,一厂,1,90\n甲,广州市,一厂,1,90\n",
            "候选.csv, line 3, column id: 甲 stands in line 2 already.",
        ),
        (
            "id,city,park\n",
            NO_COLUMNS,
        ),
    ],
)
def test_a_fault_in_the_file_is_named_by_line_and_column(tmp_path, text, says):
    done = run(tmp_path, text, *LIMITS)
    assert (done.exit_code, done.stderr.strip()) == (1, says)


@pytest.mark.parametrize("option", [("--park-share", "30"), ("--park-share", "x"), ("--seats", "0")])
def test_limits_that_make_no_sense_are_wrong_use(tmp_path, option):
    assert run(tmp_path, HEAD + ROWS, "--seats", "3", *option).exit_code == 2
