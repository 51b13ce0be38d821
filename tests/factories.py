"""Rows for tests, made by the product's own verbs where there are some."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from campaign.accounts.models import Organisation, Role, User
from campaign.accounts.services import create_user, found_organisation
from campaign.cases.models import Case, Enterprise
from campaign.cases.rules import case_key, enterprise_key
from campaign.outlets.models import Outlet, OutletListing, OutletName
from campaign.outlets.rules import name_key
from campaign.programmes.models import Programme
from campaign.programmes.profiles import load
from campaign.programmes.services import open_programme

PASSWORD = "correct horse staple"
CITY, OTHER_CITY = "广州市科协", "深圳市科协"


@dataclass
class World:
    """Ids and rows that tests name; `foreign` is another province that must stay invisible."""

    centre: Organisation
    province: Organisation
    city: Organisation
    other_city: Organisation
    programme: Programme
    foreign: Programme
    users: dict[str, User] = field(default_factory=dict)

    def login(self, client, who: str = "lead"):
        response = client.post("/login", data={"username": self.users[who].username, "password": PASSWORD})
        assert response.status_code == 302, response.get_data(as_text=True)
        return client


def build_world(session) -> World:
    programme = open_programme(session, load("guangdong-2024"), lead_id=None)
    foreign = open_programme(session, load("hubei-2024"), lead_id=None)
    province = programme.organisation
    centre = province.parent
    city = found_organisation(session, kind="city", name=CITY, parent=province, region="广州市")
    other = found_organisation(session, kind="city", name=OTHER_CITY, parent=province, region="深圳市")
    world = World(centre, province, city, other, programme, foreign)
    seats = {
        "administrator": (centre, Role.ADMINISTRATOR),
        "reviewer": (centre, Role.REVIEWER),
        "lead": (province, Role.LEAD),
        "publicity": (province, Role.PUBLICITY),
        "planner": (province, Role.PLANNER),
        "observer": (province, Role.OBSERVER),
        "city": (city, Role.PUBLICITY),
        "foreign": (foreign.organisation, Role.LEAD),
    }
    for name, seat in seats.items():
        world.users[name] = create_user(
            session, username=f"{name}-user", name=f"测试{name}", password=PASSWORD, seats=[seat]
        )
    return world


def find_world(session) -> World:
    """The world that `build_world` left in this database."""
    programmes = {row.key: row for row in session.scalars(select(Programme))}
    ours, foreign = programmes["guangdong-2024"], programmes["hubei-2024"]
    province = ours.organisation
    cities = {
        row.name: row
        for row in session.scalars(select(Organisation).where(Organisation.parent_id == province.id))
    }
    users = {row.username.removesuffix("-user"): row for row in session.scalars(select(User))}
    return World(province.parent, province, cities[CITY], cities[OTHER_CITY], ours, foreign, users)


def make_enterprise(session, world: World, name: str = "示例精密制造有限公司", **values) -> Enterprise:
    row = Enterprise(
        programme_id=world.programme.id,
        owner_id=values.pop("owner_id", world.province.id),
        name=name,
        name_key=enterprise_key(name),
        **values,
    )
    session.add(row)
    session.flush()
    return row


def make_case(
    session, world: World, title: str = "高效换热器攻关", *, enterprise: Enterprise | None = None, **values
) -> Case:
    firm = enterprise or make_enterprise(session, world, name=f"示例{title}有限公司")
    row = Case(
        programme_id=world.programme.id,
        owner_id=values.pop("owner_id", world.province.id),
        enterprise_id=firm.id,
        title=title,
        title_key=case_key(title),
        **values,
    )
    session.add(row)
    session.commit()
    return row


def make_outlet(name="示例省报", level="provincial", listings=(), **facts) -> Outlet:
    """An outlet with its name row; `listings` are names of lists or (name, first day, last day)."""
    rows = [(one, None, None) if isinstance(one, str) else one for one in listings]
    return Outlet(
        name=name,
        level=level,
        names=[OutletName(name=name, key=name_key(name))],
        listings=[OutletListing(list_name=row[0], starts_on=row[1], ends_on=row[2]) for row in rows],
        **facts,
    )
