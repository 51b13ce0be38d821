"""Whose turn it is, and when a job will be done, without a database."""

from campaign.turns import InLine, Outlook, Pace, next_turn, outlooks


def ordered(*orders):
    """Serve what is ordered while two slots work; gives the programmes in the order of service.

    An order is (moment, programme); a moment passes whenever a job is served.
    """
    waiting, served, order = [], 0, []
    pending = sorted(orders, key=lambda one: one[0])
    for moment in range(len(orders)):
        while pending and pending[0][0] <= moment:
            programme = pending.pop(0)[1]
            last = max((turn for turn, _, who in waiting if who == programme), default=0)
            waiting.append((next_turn(served, last), len(waiting) + len(order), programme))
        waiting.sort()
        turn, _, programme = waiting.pop(0)
        served = max(served, turn)
        order.append(programme)
    return "".join(order)


def test_one_job_does_not_wait_for_the_hundred_of_another_programme():
    assert ordered(*[(0, "A")] * 100, (10, "B")).index("B") == 11


def test_two_programmes_with_much_work_are_served_in_turn():
    assert ordered(*[(0, "A")] * 4, *[(0, "B")] * 4) == "ABABABAB"


def test_who_orders_again_and_again_does_not_starve_the_one_with_the_long_list():
    """B orders a job at every moment; A's list of ten still gets every second place."""
    orders = [(0, "A")] * 10 + [(moment, "B") for moment in range(20)]
    assert ordered(*orders)[:20].count("A") == 10


def test_a_programme_that_was_idle_has_saved_up_no_turns():
    assert ordered(*[(0, "A")] * 6, *[(4, "B")] * 6)[4:8].count("A") == 2


def test_time_left_follows_what_is_done_and_how_long_the_kind_took_lately():
    line = [
        InLine("a", "render", 120, progress=0.25, ran_s=30),
        InLine("b", "render", 120, progress=0.01, ran_s=10),
        InLine("c", "render", 60),
        InLine("d", "ingest", None),
    ]
    paces = {"render": Pace(per_weight_s=1.0), "ingest": Pace(whole_s=40.0)}
    assert outlooks(line, 2, paces) == {
        "a": Outlook(0, 90),
        "b": Outlook(0, 110),
        "c": Outlook(1, 150),
        "d": Outlook(2, 150),
    }


def test_a_job_that_takes_longer_than_jobs_did_lately_is_judged_by_what_it_has_done():
    """A busy machine: 16 seconds were usual, after 80 a twentieth is done, and it is not done in a moment."""
    line = [InLine("a", "render", None, progress=0.05, ran_s=80), InLine("b", "render", None)]
    told = outlooks(line, 1, {"render": Pace(whole_s=16.0)})
    assert told == {"a": Outlook(0, 1520), "b": Outlook(1, 1520 + 1600)}


def test_one_slow_job_beside_one_of_usual_speed_does_not_make_the_waiting_ones_slow():
    line = [
        InLine("a", "render", None, progress=0.5, ran_s=40),
        InLine("b", "render", None, progress=0.5, ran_s=5),
        InLine("c", "render", None),
    ]
    assert outlooks(line, 2, {"render": Pace(whole_s=10.0)})["c"] == Outlook(1, 15)


def test_a_kind_that_never_ran_makes_the_times_behind_it_unknown_but_not_the_places():
    line = [InLine("a", "new", 1, progress=0.5, ran_s=7), InLine("b", "new", 1), InLine("c", "old", 1)]
    assert outlooks(line, 1, {"old": Pace(1.0)}) == {
        "a": Outlook(0, 7),
        "b": Outlook(1, None),
        "c": Outlook(2, None),
    }


def test_without_a_worker_nothing_that_waits_has_an_end():
    assert outlooks([InLine("a", "old", 1)], 0, {"old": Pace(1.0)}) == {"a": Outlook(1, None)}
