"""The acceptance package: every row with its proof, the same bytes twice, going on after a kill (A17)."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from urllib.parse import unquote

import docx
import pytest
from click.testing import CliRunner
from docx.oxml.ns import qn
from sqlalchemy import select, text

from campaign import commands, jobs
from campaign.acceptance import services
from campaign.acceptance.models import AcceptancePackage
from campaign.cli import cli
from campaign.documents.services import Order
from campaign.documents.words import Words
from campaign.errors import Refused
from campaign.formatting import local
from campaign.jobs import Job, run_now
from campaign.placements.models import Placement
from campaign.storage import Asset

HOME = "/p/guangdong-2024/acceptance/"


def opened(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sums_of(members):
    lines = members["SHA256SUMS.txt"].decode().splitlines()
    return {path: digest for digest, path in (line.split("  ", 1) for line in lines)}


KEPT: dict[str, bytes] = {}


@pytest.fixture
def written(request, world, tmp_path):
    """The package of the finished programme, by the names in it; made once for those who only read it."""
    if not KEPT:
        request.getfixturevalue("done").write(tmp_path / "package.zip")
        KEPT.update(opened(tmp_path / "package.zip"))
    return KEPT


def test_the_same_data_twice_give_the_same_bytes(done, tmp_path):
    sums = []
    for name in ("first.zip", "second.zip"):
        done.write(tmp_path / name)
        sums.append(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert sums[0] == sums[1]


def test_every_annex_row_and_every_evidence_is_in_the_package_counted_by_another_path(done, tmp_path):
    """From the stored snapshot and plain SQL to names and check sums, past all code of the room (A17)."""
    done.write(tmp_path / "a.zip")
    written = opened(tmp_path / "a.zip")
    snapshot = done.session.execute(text("select snapshot from report")).scalar_one()
    annexes = (json.loads(snapshot) if isinstance(snapshot, str) else snapshot)["report"]["annexes"]
    proved = {"case_record", "clip", "placement", "lecture_event", "exhibit", "expense"}
    wanted = {
        (f"{place:02d}-{annex['number']} {annex['title']}", f"{number:04d}")
        for place, annex in enumerate(annexes, start=2)
        for number, row_id in enumerate(annex.get("row_ids", []), start=1)
        if row_id.partition(":")[0] in proved
    }
    there = {
        (name.split("/")[0], name.split("/")[1].split(" ")[0]) for name in written if name.count("/") > 1
    }
    assert len(wanted) == 3 + 1 + 4 + 1 + 1 + 2
    assert there == wanted

    ids = {table: [] for table in proved}
    for annex in annexes:
        for table, number in (row_id.split(":") for row_id in annex.get("row_ids", [])):
            if table in proved:
                ids[table].append(int(number))
    kept = {
        "select asset_id from case_photo where case_id in": ids["case_record"],
        "select asset_id from clip where id in": ids["clip"],
        "select poster_id from clip where id in": ids["clip"],
        "select asset_id from clip_rendition where clip_id in": ids["clip"],
        "select asset_id from placement_evidence where placement_id in": ids["placement"],
        "select evidence_id from lecture_event where id in": ids["lecture_event"],
        "select photo_id from exhibit where id in": ids["exhibit"],
        "select voucher_id from expense where id in": ids["expense"],
    }
    digests = set()
    for query, numbers in kept.items():
        listed = ",".join(map(str, numbers))
        statement = f"select sha256 from asset where id in ({query} ({listed}))"  # noqa: S608 - our own words
        digests |= set(done.session.execute(text(statement)).scalars())
    assert len(digests) == 3 + 3 + 4 + 1 + 1 + 2
    assert digests <= set(sums_of(written).values())


def test_the_check_sums_are_those_of_the_members(written):
    told = sums_of(written)
    found = {name: hashlib.sha256(content).hexdigest() for name, content in written.items()}
    del found["SHA256SUMS.txt"]
    assert found == told


def test_names_survive_windows_and_photos_have_the_names_of_the_programme(written):
    assert [name for name in written if set(name) & set('<>:"\\|?*')] == []
    stories = sorted(name for name in written if "0001 第0个" in name)
    folder = "02-附件1 创新案例文字材料清单/0001 第0个＜b＞案例＜／b＞：焊接？"
    assert [name.rpartition("/")[0] for name in stories] == [folder, folder]
    assert {name.rpartition(".")[2] for name in stories} == {"docx", "png"}


def test_the_index_is_escaped_holds_no_script_and_its_links_lead_to_members(written):
    page = written["00-目录.html"].decode()
    assert "&lt;b&gt;案例" in page
    assert [word for word in ("<script", "<b>", 'http-equiv="refresh"', "src=") if word in page] == []
    links = {unquote(part.split('"')[0]) for part in page.split('href="')[1:]}
    files = {link for link in links if not link.startswith("#") and not link.endswith("/")}
    folders = {link for link in links if link.endswith("/")}
    assert files == written.keys() - {"00-目录.docx", "00-目录.html", "SHA256SUMS.txt"}
    assert [one for one in folders if not any(name.startswith(one) for name in written)] == []


def test_word_and_html_index_have_the_same_links(written):
    word = docx.Document(io.BytesIO(written["00-目录.docx"]))
    used = {node.get(qn("r:id")) for node in word.element.body.iter(qn("w:hyperlink"))}
    targets = {unquote(word.part.rels[one].target_ref) for one in used}
    assert {one for one in targets if not one.endswith("/")} == written.keys() - {
        "00-目录.docx", "00-目录.html", "SHA256SUMS.txt",
    }  # fmt: skip


@pytest.mark.slow
def test_nothing_inside_says_when_the_package_was_made(done, tmp_path):
    """All members carry the moment of the report."""
    done.write(tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        dates = {info.date_time for info in archive.infolist()}
    moment = local(done.report.as_of).timetuple()
    assert dates == {(*moment[:5], moment.tm_sec // 2 * 2)}


def test_who_signed_in_is_told_without_telephone_numbers(written):
    listed = next(content for name, content in written.items() if name.endswith("参加人员.xlsx"))
    with zipfile.ZipFile(io.BytesIO(listed)) as book:
        words = book.read("xl/sharedStrings.xml").decode()
    assert ("来宾1" in words, "13800000000" in words) == (True, False)


@pytest.mark.slow
def test_a_report_whose_files_are_not_written_yet_is_written_first(done, tmp_path):
    done.report.files.clear()
    done.session.commit()
    done.write(tmp_path / "a.zip")
    members = opened(tmp_path / "a.zip")
    kinds = [name.rpartition(".")[2] for name in members if name.startswith("01-报告/")]
    assert (kinds, {f.form for f in done.report.files}) == (["docx", "pdf", "xlsx"], {"docx", "pdf", "xlsx"})


@pytest.mark.slow
def test_films_can_be_left_out_and_are_named_with_their_check_sums(done, tmp_path):
    done.write(tmp_path / "a.zip", with_clips=False)
    members = opened(tmp_path / "a.zip")
    assert [name for name in members if name.endswith(".mp4")] == []
    listed = members["03-附件2 专题视频清单/视频校验清单.xlsx"]
    with zipfile.ZipFile(io.BytesIO(listed)) as book:
        words = book.read("xl/sharedStrings.xml").decode()
    master = hashlib.sha256(b"master film").hexdigest()
    assert (master in words, "未收入本包" in words) == (True, True)
    assert "本资料包不含视频文件" in members["00-目录.html"].decode()


def test_a_deleted_row_and_a_lost_file_are_named_never_left_out(done, tmp_path):
    pieces = done.session.scalars(select(Placement).order_by(Placement.id)).unique().all()
    done.storage.path(pieces[1].evidence.sha256).unlink()
    done.session.delete(pieces[0])
    done.session.commit()
    built = done.write(tmp_path / "a.zip")
    page = opened(tmp_path / "a.zip")["00-目录.html"].decode()
    assert built.lacking == 2
    assert "“第0篇报道 示例省报”</a>：报告定稿后该条记录已被删除" in page
    assert "“第1篇报道 示例省报”</a>：文件 截图.png 已不在存储中" in page


def test_a_damaged_file_stops_the_package_with_its_name(done, tmp_path):
    voucher = done.session.scalars(select(Asset).where(Asset.media_type == "application/pdf")).all()
    path = next(
        p for a in voucher if (p := done.storage.path(a.sha256)).read_bytes().startswith(b"%PDF-1.4 0")
    )
    path.chmod(0o644)
    path.write_bytes(b"%PDF-1.4 X %%EOF")
    with pytest.raises(Refused, match=r"0001 记-0 示例公司/记-0.pdf is damaged"):
        done.write(tmp_path / "a.zip")


def test_a_package_that_was_stopped_goes_on_and_has_the_same_bytes(done, tmp_path):
    done.write(tmp_path / "whole.zip")
    out = tmp_path / "a.zip"
    shares = []
    with pytest.raises(jobs.Stopped):
        done.write(
            out,
            say=lambda share, _words: shares.append(share),
            stop=lambda: bool(shares) and shares[-1] > 0.6,
        )
    journal = (tmp_path / "a.zip.journal").read_text().splitlines()
    assert (len(journal) > 3, out.exists()) == (True, True)
    # Half a member behind the last whole one, as a kill leaves it.
    with out.open("ab") as end:
        end.write(b"half of a file")
    done.write(out)
    assert out.read_bytes() == (tmp_path / "whole.zip").read_bytes()


# --- pages ------------------------------------------------------------------------------------------------


@pytest.fixture
def lead(client, world):
    return world.login(client)


def make(lead, done):
    answer = lead.post(HOME, data={"report_id": done.report.id, "with_clips": "y"})
    assert answer.status_code == 302
    job = done.session.scalars(select(Job).where(Job.kind == "acceptance_package")).one()
    run_now(job.id, job.attempt, worker="test")
    done.session.expire_all()
    job = done.session.get(Job, job.id)
    assert (job.state, job.error) == ("done", None)
    return done.session.scalars(select(AcceptancePackage)).one()


def test_a_package_is_made_in_the_background_downloaded_in_parts_and_deleted(lead, done):
    package = make(lead, done)
    whole = lead.get(f"{HOME}{package.id}.zip")
    assert hashlib.sha256(whole.data).hexdigest() == package.asset.sha256
    part = lead.get(f"{HOME}{package.id}.zip", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, whole.data[10:20])
    whole.close()
    part.close()
    page = lead.get(f"{HOME}{package.id}").get_data(as_text=True)
    assert (package.files, "记-0.pdf" in page) == (len(package.tree) + 1, True)
    path = done.storage.path(package.asset.sha256)
    assert path.exists()
    assert not (done.settings.data_dir / "packages" / str(package.id)).exists()
    assert lead.post(f"{HOME}{package.id}/delete").status_code == 302
    assert (done.session.scalars(select(AcceptancePackage)).all(), path.exists()) == ([], False)
    trail = text("select action from audit_entry where subject_type = 'acceptance_package' order by id")
    assert "deleted" in done.session.execute(trail).scalars().all()


@pytest.mark.slow
def test_a_package_that_is_being_made_is_not_deleted(lead, done):
    lead.post(HOME, data={"report_id": done.report.id})
    package = done.session.scalars(select(AcceptancePackage)).one()
    page = lead.post(f"{HOME}{package.id}/delete", follow_redirects=True).get_data(as_text=True)
    assert "请先取消任务，再删除" in page
    assert done.session.scalars(select(AcceptancePackage)).all() == [package]


def test_the_page_names_what_is_missing_with_a_link_to_it(lead, done):
    piece = done.session.scalars(select(Placement).order_by(Placement.id)).unique().first()
    done.storage.path(piece.evidence.sha256).unlink()
    page = lead.get(HOME).get_data(as_text=True)
    assert f'<a href="/p/guangdong-2024/placements/{piece.id}">第0篇报道 示例省报</a>' in page
    assert "文件 截图.png 已不在存储中" in page


@pytest.mark.slow
def test_an_older_report_can_be_looked_at_and_is_then_chosen(lead, done, world):
    first = done.report
    later = commands.freeze(
        world.programme, Order("acceptance"), Words(), done.storage, done.settings, by="测试员"
    )
    done.session.commit()
    newest = lead.get(HOME).get_data(as_text=True)
    assert f'<option selected value="{later.id}">' in newest
    assert f'href="{HOME}?report={first.id}"' in newest
    older = lead.get(f"{HOME}?report={first.id}").get_data(as_text=True)
    assert f'<option selected value="{first.id}">' in older


def test_a_reviewer_reads_and_may_not_make(client, world, done):
    reviewer = world.login(client, "reviewer")
    page = reviewer.get(HOME).get_data(as_text=True)
    assert ("材料是否齐全" in page, "包含视频文件" in page) == (True, False)
    reviewer.post(HOME, data={"report_id": done.report.id})
    assert done.session.scalars(select(AcceptancePackage)).all() == []


def test_without_an_acceptance_report_the_page_leads_to_writing_one(client, world):
    page = world.login(client).get(HOME).get_data(as_text=True)
    assert 'href="/p/guangdong-2024/reports/new/acceptance"' in page or "report_kind=acceptance" in page


@pytest.mark.slow
def test_another_report_than_an_acceptance_report_is_refused(done, world):
    other = commands.freeze(
        world.programme, Order("summary"), Words(), done.storage, done.settings, by="测试员"
    )
    done.session.commit()
    sight = services.sight_of(done.session, done.storage, world.programme)
    with pytest.raises(Refused, match="made on an acceptance report"):
        services.request_package(done.session, world.programme, other, sight.actor, with_clips=True)


# --- the command ------------------------------------------------------------------------------------------


@pytest.fixture
def run(app, world, monkeypatch):
    monkeypatch.setattr("campaign.config.Settings.from_environment", lambda: app.config["SETTINGS"])
    monkeypatch.setenv("QICHUANG_LOCALE", "zh_CN")

    def run(*words):
        return CliRunner().invoke(cli, ["package", *words])

    return run


@pytest.mark.slow
def test_the_command_writes_the_same_archive_as_the_page(run, done, tmp_path):
    done.write(tmp_path / "page.zip")
    out = tmp_path / "out" / "资料包.zip"
    said = run("--programme", "guangdong-2024", "--out", str(out), "--json")
    assert said.exit_code == 0, said.output
    body = json.loads(said.output.splitlines()[-1])
    assert (body["report"], body["rows_without_proof"]) == (1, 0)
    assert out.read_bytes() == (tmp_path / "page.zip").read_bytes()
    assert [path.name for path in out.parent.iterdir()] == ["资料包.zip"]


def test_the_command_without_a_report_says_what_to_do_with_status_1(run, tmp_path):
    said = run("--programme", "guangdong-2024", "--out", str(tmp_path / "a.zip"))
    assert (said.exit_code, "请先写一份" in said.output, (tmp_path / "a.zip").exists()) == (1, True, False)


def test_the_command_without_out_is_wrong_use(run):
    assert run("--programme", "guangdong-2024").exit_code == 2
