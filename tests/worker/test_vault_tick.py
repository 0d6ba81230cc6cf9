"""The vault's round among the worker's ticks: real key files, real processes."""

from __future__ import annotations

import json
import stat
import subprocess
import threading
from pathlib import Path

import pytest

from govdesk.database.errors import Refused
from govdesk.services import vault
from govdesk.services.ticking import Ticker
from govdesk.services.vault_tick import VARIABLE, VaultTick, path_of, replace_key
from govdesk.vault.identities import fingerprint
from govdesk.vault.key_files import KeyFileProblem
from govdesk.vault.worker_key import read
from tests.databases import Database
from tests.doors import worker
from tests.people import ADA, BEA, OLGA, Cast
from tests.strictness import ExpectLog
from tests.vaulting import (
    PLAIN,
    Round,
    at_desk,
    envelope_of,
    leave,
    opened,
    plant,
    sealed_row,
    version_of,
)
from tests.worker.test_processes import PROGRAM, ROOT, environment


def test_the_key_file_is_private_and_made_once(cast: Cast, tmp_path: Path) -> None:
    Round(cast, tmp_path)()
    path = tmp_path / "worker-key.json"
    text = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    Round(cast, tmp_path)()
    assert path.read_text() == text
    path.chmod(0o644)
    with pytest.raises(KeyFileProblem, match="can be read by others"):
        Round(cast, tmp_path)()


def test_a_worker_with_another_key_file_does_nothing_and_says_which_to_take(
    cast: Cast, tmp_path: Path
) -> None:
    Round(cast, tmp_path)()
    with pytest.raises(Refused, match="key file of the others") as refused:
        Round(cast, tmp_path, "other.json")()
    assert refused.value.key == "other_worker_key"


def test_a_lost_key_file_is_replaced_by_the_servers_administrator(
    cast: Cast, tmp_path: Path
) -> None:
    Round(cast, tmp_path)()
    olga = at_desk(cast, OLGA)
    row = sealed_row(olga, cast)
    before = cast.last_seq(), cast.last_seq("beta")
    mark, paths = replace_key(cast.database.admin_url, tmp_path / "new.json", "The disk is gone")
    assert paths == ["acme", "beta"]
    for path, seq in zip(paths, before, strict=True):
        (noted,) = cast.rows(seq, path)
        assert (noted["action"], noted["reason"]) == ("vault.worker_replaced", "The disk is gone")
    with pytest.raises(Refused, match="key file of the others"):
        Round(cast, tmp_path)()
    turn = Round(cast, tmp_path, "new.json")
    ada = at_desk(cast, ADA)
    assert turn() == 0
    assert vault.share_now(olga).changed
    assert opened(ada, cast, row) == PLAIN
    vault.create_like_current(olga)
    turn()
    assert version_of(cast, row) == 2
    assert mark == fingerprint(read(tmp_path / "new.json").public)


def test_each_tenants_vault_is_its_own(cast: Cast, tmp_path: Path) -> None:
    turn = Round(cast, tmp_path)
    turn()
    olga, bea = at_desk(cast, OLGA), at_desk(cast, BEA, "beta")
    at_desk(cast, ADA)
    ours, theirs = sealed_row(olga, cast), sealed_row(bea, cast)
    leave(cast, ADA.email)
    assert turn() > 0
    assert (version_of(cast, ours), version_of(cast, theirs)) == (2, 1)
    assert opened(bea, cast, theirs) == PLAIN


def test_what_cannot_be_done_in_one_tenant_holds_up_no_other(
    cast: Cast, tmp_path: Path, expected_log: ExpectLog
) -> None:
    turn = Round(cast, tmp_path)
    turn()
    olga, bea = at_desk(cast, OLGA), at_desk(cast, BEA, "beta")
    good, bad, theirs = sealed_row(olga, cast), sealed_row(olga, cast), sealed_row(bea, cast)
    plant(cast, bad, envelope_of(cast, good))
    for session in (olga, bea):
        vault.create_like_current(session)
    expected_log("was damaged, or it was moved here")
    turn()
    assert [version_of(cast, row) for row in (good, bad, theirs)] == [2, 1, 2]
    assert [one.status for one in vault.state(olga).versions] == ["current", "live"]
    assert [one.status for one in vault.state(bea).versions] == ["current", "retired"]


def test_ten_thousand_are_not_needed_to_be_told_to_stop(cast: Cast, tmp_path: Path) -> None:
    turn = Round(cast, tmp_path)
    turn()
    olga = at_desk(cast, OLGA)
    row = sealed_row(olga, cast)
    vault.create_like_current(olga)
    turn.tick.stop()
    assert turn() == 0
    assert version_of(cast, row) == 1


def test_two_workers_at_once_rotate_once(cast: Cast, tmp_path: Path) -> None:
    Round(cast, tmp_path)()
    olga = at_desk(cast, OLGA)
    at_desk(cast, ADA)
    rows = [sealed_row(olga, cast) for _ in range(4)]
    leave(cast, ADA.email)
    turns = [Round(cast, tmp_path) for _ in range(2)]
    threads = [threading.Thread(target=turn) for turn in turns]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    Round(cast, tmp_path)()
    assert {version_of(cast, row) for row in rows} == {2}
    assert vault.state(olga).newest == 2


def test_the_ticker_runs_it_with_the_workers_login(cast: Cast, tmp_path: Path) -> None:
    tick = VaultTick(tmp_path / "key.json")
    ticker = Ticker(cast.database.worker_url, "tests", {"vault": tick}, tick.stop)
    olga = at_desk(cast, OLGA)
    assert ticker.tick("vault") == 0
    row = sealed_row(olga, cast)
    ada = at_desk(cast, ADA)
    assert ticker.tick("vault") == 1
    assert opened(ada, cast, row) == PLAIN
    ticker.stop()
    assert ticker.tick("vault") == 0


def test_the_file_stands_where_the_environment_says(tmp_path: Path) -> None:
    assert path_of({VARIABLE: "/keys/mine"}) == Path("/keys/mine")
    beside = path_of({"GOVDESK_PEPPER_FILE": str(tmp_path / "peppers.json")})
    assert beside == tmp_path / "worker-key.json"


def once(database: Database, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    given = environment(database, None) | {
        VARIABLE: str(folder / "worker-key.json"),
        "GOVDESK_PEPPER_FILE": str(folder / "peppers.json"),
    }
    return subprocess.run(
        [*PROGRAM, "--once", "--json"], cwd=ROOT, env=given | more,
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_a_worker_process_makes_its_key_and_shares(cast: Cast, tmp_path: Path) -> None:
    olga = at_desk(cast, OLGA)
    assert once(cast.database, tmp_path).returncode == 0
    row = sealed_row(olga, cast)
    assert json.loads((tmp_path / "worker-key.json").read_text())["x25519"]
    ada = at_desk(cast, ADA)
    answer = once(cast.database, tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert opened(ada, cast, row) == PLAIN
    key = json.loads((tmp_path / "worker-key.json").read_text())["x25519"]
    assert key not in answer.stderr + answer.stdout


def test_a_key_file_that_is_no_good_leaves_the_vault_out_and_all_else_is_done(
    cast: Cast, tmp_path: Path
) -> None:
    (tmp_path / "worker-key.json").write_text("{}")
    (tmp_path / "worker-key.json").chmod(0o600)
    answer = once(cast.database, tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "is damaged" in answer.stderr
    assert worker(cast).execute("SELECT count(*) FROM govdesk_api.vault_due('x')").fetchone() == (
        0,
    )
