"""The acceptance package of a full province: 100 cases, 300 pictures, 40 clips, 600 pieces, 120 expenses.

Made twice without the films, as their copying is the disk's affair: first with reports whose files have yet
to be written, then with reports that are there. Seconds are on the clock, from the question to the whole
archive; the memory is the most the process took.
"""

import json
import subprocess
import sys
import tempfile
import time
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from sqlalchemy import select

from bench.bench_reports import KEY, ORDERS, fill, settings_of
from bench.common import arguments, figure, peak_mib
from campaign import commands
from campaign.acceptance import queries, services
from campaign.app import create_app
from campaign.budget.models import Expense
from campaign.cases.models import Case
from campaign.db import db
from campaign.documents.services import Order
from campaign.documents.words import Words
from campaign.films.models import Clip
from campaign.placements.models import Placement, PlacementEvidence
from campaign.programmes.models import Programme
from campaign.storage import Asset, Storage, asset_for

LIMIT_S, LIMIT_MIB = 30.0, 1024
MONTHS = ("2024-07", "2024-08", "2024-09", "2024-10", "2024-11")


def main() -> int:
    """Fill a database once, write the package twice; 1 when a limit is missed."""
    parser = arguments(__doc__, runs=1)
    parser.add_argument("--folder", type=Path, help="a filled site: write the package and say what it cost")
    parser.add_argument("--tree", action="store_true", help="print what is in the archive")
    asked = parser.parse_args()
    if asked.folder:
        print(json.dumps(written(asked.folder)))
        return 0
    met = []
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        fill(folder)
        furnish(folder)
        for label in ("reports still to be written", "reports are there"):
            command = [sys.executable, "-m", "bench.bench_package", "--folder", str(folder)]
            said = subprocess.run(command, check=True, capture_output=True, text=True)
            cost = json.loads(said.stdout.splitlines()[-1])
            words = f"package, {label}: {cost['files']} files, {cost['mb']:.0f} MB, CPU {cost['cpu']:.1f} s"
            met += [
                figure(words, cost["seconds"], "s", LIMIT_S),
                figure("its memory", cost["mib"], "MiB", LIMIT_MIB),
            ]
        if asked.tree:
            with zipfile.ZipFile(folder / "package.zip") as archive:
                print("\n".join(archive.namelist()))
    return 0 if all(met) else 1


def furnish(folder: Path) -> None:
    """Give the rows of the reports' bench files of their own, and freeze nine reports."""
    settings = settings_of(folder)
    app = create_app(settings, serving=False)
    with app.app_context(), app.test_request_context():
        programme, storage = commands.programme_of(KEY), app.extensions["storage"]
        _files(storage)
        orders = [*(Order("monthly", month) for month in MONTHS), *_final_orders()]
        for order in orders:
            commands.freeze(programme, order, Words(), storage, settings)
            db.session.commit()
        _check(programme)


def _final_orders() -> list[Order]:
    return [order for kind, order in ORDERS.items() if kind != "monthly"]


def _files(storage: Storage) -> None:
    def keep(content: bytes, media_type: str) -> Asset:
        return asset_for(db.session, storage.put_stream(BytesIO(content)), media_type)

    random = np.random.default_rng(7)
    ground = random.integers(0, 255, (1600, 2400, 3), dtype=np.uint8)
    for case in db.session.scalars(select(Case)).unique():
        for photo in case.photos:
            # Noise: an original of about 3 MB, and a small copy of it.
            mark = Image.fromarray(np.roll(ground, photo.id * 7, axis=1))
            original, preview = BytesIO(), BytesIO()
            mark.save(original, "JPEG", quality=60)
            mark.resize((1200, 800)).save(preview, "JPEG", quality=60)
            photo.asset_id = keep(original.getvalue(), "image/jpeg").id
            photo.preview_id = keep(preview.getvalue(), "image/jpeg").id
            photo.facts = {"kind": "JPEG", "width": 2400, "height": 1600}
    for clip in db.session.scalars(select(Clip)).unique():
        clip.asset_id = keep(f"film {clip.id}".encode() * 1000, "video/mp4").id
    for piece in db.session.scalars(select(Placement)).unique():
        shot = keep(b"\x89PNG\r\n\x1a\n" + random.bytes(200_000), "image/png")
        piece.evidence_id = shot.id
        piece.files = [PlacementEvidence(asset_id=shot.id, name="截图.png", kind="screenshot")]
    for expense in db.session.scalars(select(Expense)).unique():
        expense.voucher_id = keep(b"%PDF-1.4 " + random.bytes(50_000) + b"%%EOF", "application/pdf").id
    db.session.commit()


def _check(programme: Programme) -> None:
    """The measure is worth nothing when the rows are not there."""
    counts = [
        len(db.session.scalars(select(model.id).where(model.programme_id == programme.id)).all())
        for model in (Case, Clip, Placement, Expense)
    ]
    if counts != [100, 40, 600, 120]:
        raise RuntimeError(f"another province than was asked for: {counts}")


def written(folder: Path) -> dict[str, object]:
    """Write the package in this process."""
    settings = settings_of(folder)
    app = create_app(settings, serving=False)
    with app.app_context(), app.test_request_context():
        programme, storage = commands.programme_of(KEY), app.extensions["storage"]
        report = queries.acceptance_reports(db.session, programme, commands.system_actor(programme))[0]
        out = folder / "package.zip"
        started, used = time.monotonic(), time.process_time()
        built = services.write_to(
            db.session, storage, settings, report, out, with_clips=False, say=lambda _share, _words: None
        )
        return {
            "seconds": time.monotonic() - started,
            "cpu": time.process_time() - used,
            "mib": peak_mib(),
            "files": len(built.packed) + 1,
            "mb": out.stat().st_size / 1e6,
            "lacking": built.lacking,
        }


if __name__ == "__main__":
    sys.exit(main())
