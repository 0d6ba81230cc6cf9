"""The printed log, made by real processes from a real server and read as another program would."""

from __future__ import annotations

import csv
import json
import os
import re
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from govdesk.database.connection import Session, connect
from govdesk.database.printable import ERASED
from govdesk.services import audit
from tests.end_to_end.conftest import OWNER, PASSWORD, Answer, Office, Program
from tests.printed import Printed

AT_ONCE = 4.0
"""Seconds, on a machine that does much else; printing this log to its end takes far longer."""
PAGE_NUMBER = re.compile(r"Page (\d+) of (\d+)$")


@pytest.fixture(autouse=True)
def own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What this process signs with is not kept in the home of whoever runs the tests."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))


def export(target: Path, *more: str) -> list[str]:
    form = target.suffix.removeprefix(".")
    return ["audit", "export", "--output", str(target), "--format", form, "--json", *more]


def left_behind(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_every_cell_of_every_event_is_printed_in_the_timelines_order(
    govdesk: Program, tmp_path: Path
) -> None:
    paths = [tmp_path / "log.csv", tmp_path / "log.pdf"]
    for path in paths:
        answer = govdesk(*export(path, "--query", "seq:1..150"))
        assert (answer.code, answer.document["rows"]) == (0, 150), answer.err
    printed = Printed(paths[1])
    assert len(printed.pages) > 5
    whole = printed.solid()
    with open(paths[0], newline="", encoding="utf-8") as file:
        expected = ["".join(map(squeezed, row.values())) for row in csv.DictReader(file)]
    places = [whole.find(row) for row in expected]
    assert -1 not in places
    assert places == sorted(places)


def test_pages_are_numbered_to_the_end_and_each_repeats_the_heading(
    govdesk: Program, tmp_path: Path
) -> None:
    target = tmp_path / "log.pdf"
    assert govdesk(*export(target, "--to", "900")).code == 0
    printed = Printed(target)
    numbers = [PAGE_NUMBER.search(text) for text in printed.texts]
    assert [(int(n[1]), int(n[2])) for n in numbers if n] == [
        (page, len(printed.pages)) for page in range(1, len(printed.pages) + 1)
    ]
    headings = {tuple(page[:13]) for page in printed.pages[1:]}
    assert len(headings) == 1
    titles = [piece.text for piece in headings.pop()]
    assert titles[:3] == ["Event", "Time (UTC)", "Severity"]
    assert titles[-1] == "Leaf hash (SHA-256)"


def test_the_cover_says_who_what_and_what_it_is_not(govdesk: Program, tmp_path: Path) -> None:
    target = tmp_path / "log.pdf"
    done = govdesk(*export(target, "--query", "action:system.* seq:..300", "--redact", "ip"))
    assert done.code == 0, done.err
    printed = Printed(target)
    cover = " ".join(printed.texts[0].split())
    for said in (
        "Office (office)",
        OWNER,
        "Not recorded.",
        "action:system.*",
        f"Events printed {done.document['rows']}",
        "not verified in this export",
        "govdesk verify",
        "Left out ip",
        "Every character is printed as itself.",
    ):
        assert said in cover
    assert printed.pdf.docinfo["/Author"] == OWNER
    assert printed.pdf.docinfo["/Title"] == "Audit log of Office"
    assert printed.pdf.Root.Lang == "en"


def test_a_filter_and_a_redaction_decide_what_is_printed(govdesk: Program, tmp_path: Path) -> None:
    target = tmp_path / "log.pdf"
    done = govdesk(*export(target, "--query", "thing seq:..400", "--redact", "summary"))
    assert done.code == 0, done.err
    printed = Printed(target)
    assert "did thing" not in " ".join(printed.texts)
    assert printed.solid().count("redacted") >= done.document["rows"]
    none = govdesk(*export(tmp_path / "none.pdf", "--query", "action:nobody.did"))
    assert (none.code, none.document["rows"]) == (0, 0)
    assert "No event matches." in Printed(tmp_path / "none.pdf").texts[1]


@pytest.mark.parametrize(
    ("kept", "erased"),
    [
        (("actor", "on_behalf_of", "summary", "ip", "diff"), ""),
        (("on_behalf_of", "ip"), "actor summary"),
        ((), "actor on_behalf_of summary ip"),
    ],
)
def test_a_value_without_a_salt_is_one_that_was_erased(
    office: Office, kept: tuple[str, ...], erased: str
) -> None:
    salts = json.dumps(dict.fromkeys(kept, "00"))
    [(found,)] = office.admin(f"SELECT {ERASED} FROM (VALUES (%s::jsonb)) l(salts)", salts)
    assert found == erased


@pytest.mark.parametrize("wait", [0.0, 0.1, 0.2, 0.3, 0.5, 0.8])
def test_a_print_is_cancelled_at_once_also_while_it_starts(
    office: Office, tmp_path: Path, wait: float
) -> None:
    order = audit.Export(tmp_path / "log.pdf", "pdf")
    timer = threading.Timer(wait, order.cancel.set)
    session = Session(connect(office.app_url), office.token, "office")
    try:
        timer.start()
        begun = time.monotonic()
        with pytest.raises(audit.Cancelled):
            audit.export(session, order, url=office.app_url)
        assert time.monotonic() - begun - wait < AT_ONCE
    finally:
        timer.join()
        session.close()
    assert left_behind(tmp_path) == []


def test_what_only_the_console_knows_reaches_the_cover_and_printing_counts_as_use(
    office: Office, tmp_path: Path
) -> None:
    verified = "Verified to event 9 at 2026-05-04T03:00:00Z."
    order = audit.Export(
        tmp_path / "log.pdf", "pdf", last=9, legal_entity="Office GmbH", verified=verified
    )
    office.admin(
        "UPDATE govdesk_private.session SET seen_at = clock_timestamp() - interval '20 minutes'"
        " WHERE token_hash = sha256(convert_to(%s, 'UTF8'))",
        office.token,
    )
    told: list[tuple[int, int]] = []
    session = Session(connect(office.app_url), office.token, "office")
    try:
        audit.export(session, order, lambda *at: told.append(at), url=office.app_url)
    finally:
        session.close()
    cover = " ".join(Printed(order.target).texts[0].split())
    assert "Legal entity Office GmbH" in cover
    assert verified in cover
    assert told[-1] == (9, 9)
    [(idle,)] = office.admin(
        "SELECT clock_timestamp() - seen_at FROM govdesk_private.session"
        " WHERE token_hash = sha256(convert_to(%s, 'UTF8'))",
        office.token,
    )
    assert idle.total_seconds() < 60


def test_what_was_printed_is_sealed_with_its_digest(
    inside: Callable[..., Answer], govdesk: Program, tmp_path: Path
) -> None:
    target = tmp_path / "log.pdf"
    done = govdesk(*export(target, "--to", "60"))
    listed = inside("audit", "list", "--query", "action:audit.exported", "--limit", "2", "--json")
    ended, begun = listed.document["items"]
    facts = [event["diff"]["data"]["new"] for event in (begun, ended)]
    assert (facts[0]["stage"], facts[1]["stage"]) == ("started", "finished")
    assert facts[1]["sha256"] == done.document["sha256"]
    assert facts[1]["format"] == "pdf"
    assert ended["entity_id"] in Printed(target).solid(0)


def test_bookmarks_lead_to_months_and_thousands(govdesk: Program, tmp_path: Path) -> None:
    target = tmp_path / "log.pdf"
    assert govdesk(*export(target, "--to", "3500")).code == 0
    printed = Printed(target)
    with printed.pdf.open_outline() as outline:
        cover, month = outline.root[:2]
        assert cover.title == "Cover"
        assert re.fullmatch(r"\d{4}-\d\d", month.title)
        inner = [mark for top in outline.root for mark in top.children]
        assert [mark.title for mark in inner] == [f"from event {n}001" for n in (1, 2, 3)]
        for mark in inner:
            page = printed.pdf.pages.index(pikepdf_page(printed, mark))
            assert mark.title.split()[-1] in printed.texts[page]


def pikepdf_page(printed: Printed, mark: object) -> object:
    wanted = mark.destination[0].objgen  # type: ignore[attr-defined]
    return next(page for page in printed.pdf.pages if page.objgen == wanted)


def test_fonts_are_embedded_as_subsets(govdesk: Program, tmp_path: Path) -> None:
    target = tmp_path / "log.pdf"
    assert govdesk(*export(target, "--to", "30")).code == 0
    printed = Printed(target)
    for font in printed.fonts.values():
        assert re.match(r"/[A-Z]{6}\+", str(font.BaseFont))
        assert len(font.FontDescriptor.FontFile2.read_bytes()) < 200_000
    assert target.stat().st_size < 250_000


@contextmanager
def printing(program: Program, target: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """An export whose first bytes are written."""
    part = target.with_name(f".{target.name}.part")
    with program.start(*export(target, *more)) as process:
        deadline = time.monotonic() + 60
        while not part.exists() or part.stat().st_size == 0:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            os.sched_yield()
        yield process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_cancelled_print_is_gone_at_once(
    govdesk: Program, tmp_path: Path, number: signal.Signals
) -> None:
    target = tmp_path / "log.pdf"
    with printing(govdesk, target) as process:
        child = only_child(process.pid)
        begun = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        taken = time.monotonic() - begun
    assert (process.returncode, out) == (3, "")
    assert "cancelled" in err
    assert left_behind(tmp_path) == []
    assert not Path(f"/proc/{child}").exists()
    assert taken < AT_ONCE


def only_child(pid: int) -> int:
    """The printing process, not the bookkeeper that `multiprocessing` starts beside it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    lines = {int(c): Path(f"/proc/{c}/cmdline").read_text() for c in children}
    [child] = [c for c, line in lines.items() if "spawn_main" in line]
    return child


def test_a_killed_child_is_a_sentence_and_leaves_nothing(govdesk: Program, tmp_path: Path) -> None:
    target = tmp_path / "log.pdf"
    with printing(govdesk, target) as process:
        os.kill(only_child(process.pid), signal.SIGKILL)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (3, "")
    assert "ended unexpectedly" in err
    assert len(err.strip().splitlines()) == 1
    assert left_behind(tmp_path) == []


def test_a_killed_parent_takes_its_child_along_and_the_name_stays_free(
    govdesk: Program, tmp_path: Path
) -> None:
    target = tmp_path / "log.pdf"
    with printing(govdesk, target) as process:
        child = only_child(process.pid)
        process.kill()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{child}/exe").exists():
        assert time.monotonic() < deadline
        os.sched_yield()
    assert not target.exists()


@pytest.mark.parametrize("room", [0, 100_000])
def test_a_disk_that_fills_up_is_a_sentence_and_leaves_nothing(
    govdesk: Program, tmp_path: Path, room: int
) -> None:
    answer = govdesk(
        *export(tmp_path / "log.pdf"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )
    assert (answer.code, answer.out) == (3, "")
    assert "cannot be written: File too large" in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    assert left_behind(tmp_path) == []


def test_a_session_that_ends_midway_says_that_a_pdf_starts_over(
    office: Office, stranger: Program, tmp_path: Path
) -> None:
    target = tmp_path / "log.pdf"
    person = stranger.given(GOVDESK_EMAIL=OWNER, GOVDESK_PASSWORD=PASSWORD)
    started = person.given(GOVDESK_TOTP=office.fresh_code())("session", "start", "--json")
    token = started.document["token"]
    with printing(stranger.given(GOVDESK_SESSION=token), target) as process:
        office.admin(
            "INSERT INTO govdesk_private.session_end (tenant_id, session_id)"
            " SELECT tenant_id, id FROM govdesk_private.session"
            " WHERE token_hash = sha256(convert_to(%s, 'UTF8'))",
            token,
        )
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (3, "")
    assert "a PDF cannot be continued" in err
    assert "Sign in and export it again" in err
    assert "--resume" not in err
    assert left_behind(tmp_path) == []


def test_resume_and_a_standing_file_are_refused(govdesk: Program, tmp_path: Path) -> None:
    target = tmp_path / "log.pdf"
    refused = govdesk(*export(target, "--resume"))
    assert (refused.code, "cannot be resumed" in refused.err) == (2, True)
    target.write_text("mine")
    kept = govdesk(*export(target, "--to", "5"))
    assert (kept.code, target.read_text()) == (2, "mine")
    assert left_behind(tmp_path) == ["log.pdf"]


def test_no_secret_stands_on_a_command_line(
    office: Office, govdesk: Program, tmp_path: Path
) -> None:
    with printing(govdesk, tmp_path / "log.pdf") as process:
        shown = Path(f"/proc/{only_child(process.pid)}/cmdline").read_bytes()
    assert office.token.encode() not in shown
    assert b"postgresql" not in shown


def test_a_long_log_is_printed_to_its_end(govdesk: Program, tmp_path: Path) -> None:
    target = tmp_path / "log.pdf"
    done = govdesk(*export(target, "--to", "30000"))
    assert (done.code, done.document["rows"]) == (0, 30_000), done.err
    assert (done.document["first_seq"], done.document["last_seq"]) == (1, 30_000)
    printed = Printed(target)
    count = len(printed.pdf.pages)
    last = printed.text(count - 1)
    assert "\n30000\n" in last
    assert last.endswith(f"Page {count} of {count}")
    with printed.pdf.open_outline() as outline:
        assert sum(len(mark.children) for mark in outline.root) >= 29
