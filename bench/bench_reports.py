"""Each report of a full province: 100 cases, 300 pictures, 40 clips, 600 pieces, 120 expenses.

Every report is frozen from the database and written as docx, PDF and xlsx in a process of its own; the
figures are seconds on the clock from the question to the last file, and the most memory the process took.
Starting the interpreter and opening the site are not in the seconds, but in the memory.
"""

import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from bench.common import arguments, figure, peak_mib
from campaign import commands, jobs, schema
from campaign.accounts.models import Role
from campaign.accounts.services import create_user
from campaign.app import create_app
from campaign.budget.models import BudgetLine, Expense
from campaign.cases.models import Case, CasePhoto, Enterprise
from campaign.cases.rules import case_key, enterprise_key
from campaign.config import Settings
from campaign.db import db, utc_now
from campaign.documents.services import Order, write_files
from campaign.documents.words import Words
from campaign.films.models import Clip
from campaign.fonts import ensure_fonts
from campaign.outlets.models import Outlet, OutletName
from campaign.outlets.rules import name_key
from campaign.placements.models import Placement
from campaign.programmes.models import Programme
from campaign.programmes.profiles import load
from campaign.programmes.services import open_programme
from campaign.storage import Stored, asset_for

KEY = "guangdong-2024"
CASES, PHOTOS_EACH, CLIPS, PIECES, EXPENSES = 100, 3, 40, 600, 120
LIMIT_S, LIMIT_MIB = 5.0, 1024
ORDERS = {
    "monthly": Order("monthly", "2024-10"),
    "execution": Order("execution"),
    "summary": Order("summary"),
    "performance": Order("performance"),
    "acceptance": Order("acceptance"),
}
CITIES = ("广州市", "深圳市", "珠海市", "汕头市", "佛山市", "韶关市", "东莞市", "中山市")
KINDS = ("organizational", "technological", "process")


def main() -> int:
    """Fill a database once, write every report; 1 when a limit is missed."""
    parser = arguments(__doc__, runs=1)
    parser.add_argument("--report", choices=ORDERS, help="write this report and say what it cost")
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.report:
        print(json.dumps(written(asked.report, asked.folder)))
        return 0
    met = []
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        fill(folder)
        for kind in ORDERS:
            command = [sys.executable, "-m", "bench.bench_reports", "--report", kind, "--folder", str(folder)]
            said = subprocess.run(command, check=True, capture_output=True, text=True)
            cost = json.loads(said.stdout.splitlines()[-1])
            met += [
                figure(
                    f"{kind}: {cost['pages']} pages, CPU {cost['cpu']:.1f} s", cost["seconds"], "s", LIMIT_S
                ),
                figure(f"{kind}: memory", cost["mib"], "MiB", LIMIT_MIB),
            ]
    return 0 if all(met) else 1


def settings_of(folder: Path) -> Settings:
    """The site of the bench."""
    return Settings(
        data_dir=folder / "data", database_url=f"sqlite:///{folder / 'bench.sqlite'}", log_json=False
    )


def fill(folder: Path) -> None:
    """A province whose year is nearly over, made row by row."""
    settings = settings_of(folder)
    settings.data_dir.mkdir(parents=True)
    ensure_fonts(settings.data_dir)
    with create_app(settings, serving=False).app_context():
        schema.upgrade(db.engine)
        jobs.migrate(settings)
        programme = open_programme(db.session, load(KEY), lead_id=None)
        province = programme.organisation
        lead, second = (
            create_user(
                db.session,
                username=name,
                name=f"示例{name}",
                password="bench only, never served",  # noqa: S106 - opens nothing
                seats=[(province, role)],
            )
            for name, role in (("lead", Role.LEAD), ("second", Role.ADMINISTRATOR))
        )
        programme.lead_id = lead.id
        ours = {"programme_id": programme.id, "owner_id": province.id}
        proof = asset_for(db.session, Stored("c" * 64, 1), "image/png")
        photos = [asset_for(db.session, Stored(f"{n}" * 64, 1), "image/jpeg") for n in range(PHOTOS_EACH)]
        db.session.flush()
        _cases(ours, [photo.id for photo in photos])
        _pieces(ours, proof.id)
        _expenses(programme, ours, proof.id, (lead.id, second.id))
        db.session.commit()


def _cases(ours: dict[str, int], photo_ids: list[int]) -> None:
    for number in range(1, CASES + 1):
        firm = Enterprise(
            **ours,
            name=f"示例{number}号光电技术股份有限公司",
            name_key=enterprise_key(f"示例{number}号光电技术股份有限公司"),
            kind=("private", "little_giant", "central")[number % 3],
        )
        title = f"面向第{number}代产线的激光焊接工艺创新"
        row = Case(
            **ours,
            number=number,
            enterprise=firm,
            title=title,
            title_key=case_key(title),
            kind=KINDS[number % 3],
            region=CITIES[number % len(CITIES)],
            story="为攻克难关，团队连续奋战。" * 150,
            state="selected",
        )
        row.photos = [
            CasePhoto(asset_id=photo_id, preview_id=photo_id, position=n, file_name=f"{n}.jpg")
            for n, photo_id in enumerate(photo_ids)
        ]
        db.session.add(row)
        if number <= CLIPS:
            film = asset_for(db.session, Stored(f"{number:064x}", 1), "video/mp4")
            db.session.flush()
            clip = Clip(
                **ours,
                case=row,
                title=f"第{number}集：看得见的创新",
                state="ready",
                fingerprint=f"{number:064x}",
                duration=Fraction(120),
                frame_count=3000,
                asset_id=film.id,
            )
            db.session.add(clip)


def _pieces(ours: dict[str, int], proof_id: int) -> None:
    outlets = [
        Outlet(name=name, level="provincial", names=[OutletName(name=name, key=name_key(name))])
        for name in ("示例省报", "示例省台", "示例新闻网", "示例晚报", "示例科技报")
    ]
    db.session.add_all(outlets)
    db.session.flush()
    first = date(2024, 7, 1)
    for number in range(1, PIECES + 1):
        piece = Placement(
            **ours,
            outlet_id=outlets[number % len(outlets)].id,
            title=f"敢为人先：记第{number}家企业的创新之路",
            published_on=first + timedelta(days=number % 150),
            kind="comprehensive" if number % 20 == 0 else "report",
            address=f"https://news.example.cn/2024/{number:04d}.html",
            address_key=f"news.example.cn/2024/{number:04d}",
            evidence_id=proof_id,
        )
        db.session.add(piece)


def _expenses(programme: Programme, ours: dict[str, int], proof_id: int, people: tuple[int, int]) -> None:
    lines = db.session.query(BudgetLine).filter_by(programme_id=programme.id).order_by(BudgetLine.id).all()
    for line in lines:
        line.amount_fen = 2_500_000
    for number in range(1, EXPENSES + 1):
        db.session.add(
            Expense(
                **ours,
                line_id=lines[number % len(lines)].id,
                amount_fen=150_000 + number,
                spent_on=date(2024, 7, 1) + timedelta(days=number),
                payee="示例传媒有限公司",
                purpose="短视频制作",
                voucher_id=proof_id,
                voucher_name="发票.pdf",
                voucher_number=f"202407-{number:03d}",
                entered_by_id=people[0],
                state="approved" if number % 10 else "pending",
                decided_by_id=people[1] if number % 10 else None,
                decided_at=datetime(2024, 11, 20, tzinfo=UTC) if number % 10 else None,
            )
        )


def written(kind: str, folder: Path) -> dict[str, object]:
    """Freeze and write one report in this process."""
    import pypdfium2  # noqa: PLC0415 - only to count pages

    settings = settings_of(folder)
    app = create_app(settings, serving=False)
    with app.app_context(), app.test_request_context():
        programme = commands.programme_of(KEY)
        storage = app.extensions["storage"]
        started, used = time.monotonic(), time.process_time()
        row = commands.freeze(programme, ORDERS[kind], Words(), storage, settings)
        db.session.commit()
        write_files(db.session, storage, row, settings)
        seconds, cpu = time.monotonic() - started, time.process_time() - used
        pdf = pypdfium2.PdfDocument(storage.path(row.file("pdf").asset.sha256))
        mib = peak_mib()
        out = folder / "out"
        commands.copy_files(row, programme, storage, out)
        return {"seconds": seconds, "cpu": cpu, "mib": mib, "pages": len(pdf), "at": utc_now().isoformat()}


if __name__ == "__main__":
    sys.exit(main())
