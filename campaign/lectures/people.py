"""Two people of one name stay two: their organisation or a number tells them apart (A8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from campaign.lectures.models import LectureEvent


def told_apart(people: Sequence[tuple[str, str]]) -> list[str]:
    """A name for each (name, organisation): as it is where it is the only one, else with what differs."""
    names = Counter(name for name, _house in people)
    both = Counter(people)
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for name, house in people:
        seen[name, house] += 1
        if names[name] == 1:
            found.append(name)
        elif both[name, house] == 1 and house:
            found.append(f"{name}（{house}）")
        else:
            found.append(f"{name}（{'、'.join(part for part in (house, str(seen[name, house])) if part)}）")
    return found


def guests_and_speakers(event: LectureEvent) -> tuple[dict[int, str], dict[int, str]]:
    """The names of guests and of those who tell, by row id.

    Who tells two cases of one firm, or is a guest of the firm whose case is told, is one person.
    """
    people: list[tuple[str, str]] = [(row.name.strip(), row.organisation.strip()) for row in event.guests]
    guests = set(people)
    speakers: dict[tuple[str, str], None] = {}
    places: dict[int, tuple[str, str]] = {}
    for row in event.line_up:
        one = (row.speaker.strip(), row.case.enterprise.name)
        # A guest without an organisation may be anybody: the same name is then the same person.
        same = next((g for g in guests if g[0] == one[0] and g[1] in ("", one[1])), None)
        places[row.id] = same or one
        if one[0] and same is None:
            speakers[one] = None
    everybody = [*people, *speakers]
    labels = told_apart(everybody)
    by_person = dict(zip(everybody, labels, strict=True))
    named = {row.id: label for row, label in zip(event.guests, labels, strict=False)}
    return named, {row_id: by_person.get(one, one[0]) for row_id, one in places.items()}
