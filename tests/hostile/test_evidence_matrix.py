"""The live log against whoever owns its tables: every column × every operator, and all of it found.

Triggers are off and constraints gone; what needs a seal gets one that fits. What a chain cannot
show is shown by the checkpoint that this computer's witness remembers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import LiteralString, cast

import pytest

from govdesk.database import rows
from govdesk.database.connection import Session
from govdesk.evidence.checkpoints import Tree, body, origin
from govdesk.evidence.leaf import Row, parse
from govdesk.evidence.merkle import Frontier
from govdesk.evidence.notes import KeyPair, sign
from govdesk.evidence.report import Fault
from govdesk.services import audit
from govdesk.services.drill_operators import resealed
from govdesk.services.witness import Witness
from tests.database.test_evidence_witness import signed
from tests.database.test_verification import NEW_VALUES, REQUIRED, fill
from tests.evidences import fill as fill_up
from tests.people import ACME, OLGA, Cast

pytestmark = pytest.mark.any_postgres

LOG = "govdesk.audit_log"
OPERATORS = (
    "edit", "delete", "insert", "swap", "cut", "restore", "fork", "re-chain", "key swap",
)  # fmt: skip
CUT = {
    "at": "date_trunc('second', at)",
    "occurred_at": "date_trunc('second', occurred_at)",
    "diff": "'{}'",
    "salts": "salts - 'actor'",
    "system_id": "overlay(system_id::text placing '000000000000' from 25)::uuid",
    "session_id": "overlay(session_id::text placing '000000000000' from 25)::uuid",
    "ip": "host(network(set_masklen(ip, 24)))::inet",
    "leaf": "substring(leaf from 1 for length(leaf) - 1)",
    "leaf_hash": "substring(leaf_hash from 1 for 31)",
    "tenant_path": "'acm'",
}
"""The same value, less of it; texts lose their last letter."""

IMPOSSIBLE = {("swap", "tenant_path"), ("insert", "actor"), ("insert", "summary")}
"""Every event has these, and all events of a log the same path."""


@dataclass
class Scene:
    """The opened log up to `last`; events at `places` have every column, or almost none.

    Those are covered by a checkpoint that the witness knows; what sign-ins sealed later is not.
    """

    cast: Cast
    session: Session
    witness: Witness
    last: int
    places: tuple[int, ...]
    other_key: KeyPair = field(default_factory=KeyPair.generate)

    def do(self, statement: str, *parameters: object) -> int:
        """Run a statement as the owner; returns how many rows it touched."""
        return self.cast.admin.execute(cast(LiteralString, statement), parameters).rowcount

    def faults(self) -> list[Fault]:
        """What ``govdesk audit verify`` says on this computer."""
        url = self.cast.database.app_url
        return audit.verify(self.session, url, witness=self.witness).faults

    def put_seal(self, row: Row, seq: int) -> str:
        """Write leaf and hash of a row to the event at `seq`; returns the hash."""
        self.do(
            f"UPDATE {LOG} SET leaf = convert_to(%s, 'UTF8'), leaf_hash = decode(%s, 'hex')"
            " WHERE seq = %s",
            row.leaf, row.leaf_hash, seq,
        )  # fmt: skip
        return row.leaf_hash

    def chain_anew(self, seq: int, prev: str) -> None:
        """Seal an event and everything behind it, as the owner of the tables could."""
        for row in self.read(seq, self.last):
            prev = self.put_seal(resealed(row, prev), row.seq)

    def read(self, first: int, last: int) -> list[Row]:
        """Rows as a verifier reads them."""
        return list(rows.stream(self.session, first, last))

    def sign_anew(self) -> None:
        """Sign the rewritten log with another key, and take away the tiles of the true one."""
        tree = Frontier()
        for row in rows.stream(self.session, 1, self.last + 1):
            tree.push(bytes.fromhex(row.leaf_hash))
        now = Tree(tree.size, tree.root())
        note = sign(body(origin(ACME), now), origin(ACME), [self.other_key])
        self.do("DELETE FROM govdesk.audit_tile")
        self.do("DELETE FROM govdesk.audit_checkpoint")
        self.do(
            "INSERT INTO govdesk.audit_checkpoint (tenant_id, size, root, note)"
            " SELECT tenant_id, %s, %s, %s FROM govdesk.tenant WHERE tenant_path = 'acme'",
            now.size, now.root, note,
        )  # fmt: skip


def _prev_of(leaf: str) -> str:
    members = parse(leaf)
    assert members is not None
    return str(members["prev"])


@pytest.fixture
def scene(module_cast: Cast, tmp_path: Path) -> Iterator[Scene]:
    """A log with tiles, a checkpoint, a witness that saw it, and no defence; undone at the end."""
    if module_cast.one(f"SELECT count(*) FROM {LOG} WHERE action = 'x.b'") == 0:
        fill_up(module_cast, 300)
        fill(module_cast)
        signed(module_cast, KeyPair.generate())
    session = Session(module_cast.admin, module_cast.sign_in(OLGA).token, ACME)
    witness = Witness(tmp_path, "matrix", ACME)
    assert not witness.check(session).is_alarm
    with module_cast.admin.transaction(force_rollback=True) as outer:
        assert outer is not None
        opened = Scene(module_cast, session, witness, module_cast.last_seq(), (60, *_rich(session)))
        opened.do(f"ALTER TABLE {LOG} DISABLE TRIGGER ALL")
        opened.do("ALTER TABLE govdesk.audit_checkpoint DISABLE TRIGGER ALL")
        opened.do("ALTER TABLE govdesk.audit_tile DISABLE TRIGGER ALL")
        opened.do(f"ALTER TABLE {LOG} DROP CONSTRAINT audit_log_pkey")
        opened.do(f"DELETE FROM {LOG} WHERE tenant_path = 'beta'")
        for (name,) in module_cast.admin.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'c'"
            " AND conrelid = 'govdesk.audit_log'::regclass"
        ).fetchall():
            opened.do(f'ALTER TABLE {LOG} DROP CONSTRAINT "{name}"')
        yield opened


def _rich(session: Session) -> list[int]:
    """The events of `fill`, the first of which has a neighbour that differs in everything."""
    found = rows.stream(session, 1, 1000)
    return [row.seq for row in found if row.at >= "2080"][:4]


# ---------------------------------------------------------------- operators on a column


def _edit(scene: Scene, column: str, seq: int) -> int:
    if column == "seq":
        return scene.do(f"UPDATE {LOG} SET seq = {scene.last + 5} WHERE seq = {seq}")
    if column == "tenant_id":
        return scene.do(
            f"UPDATE {LOG} SET tenant_id = (SELECT tenant_id FROM govdesk.tenant"
            f" WHERE tenant_path = 'beta') WHERE seq = {seq}"
        )
    value = NEW_VALUES[column]
    return scene.do(
        f"UPDATE {LOG} SET {column} = {value} WHERE seq = {seq} AND {column} IS NOT NULL"
    )


def _delete(scene: Scene, column: str, seq: int) -> int:
    if column in ("seq", "tenant_id"):
        return scene.do(f"DELETE FROM {LOG} WHERE seq = {seq}")
    empty = {"at": "'epoch'", "salts": "'{}'", "leaf": "''", "leaf_hash": "''"}
    value = empty.get(column, "''") if column in REQUIRED else "NULL"
    return scene.do(
        f"UPDATE {LOG} SET {column} = {value} WHERE seq = {seq} AND {column} IS NOT NULL"
    )


def _insert(scene: Scene, column: str, seq: int) -> int:
    if column in (*REQUIRED, "seq", "tenant_id"):
        return _copied(scene, seq, seq if column == "seq" else scene.last + 1)
    value = NEW_VALUES[column]
    return scene.do(f"UPDATE {LOG} SET {column} = {value} WHERE seq = {seq} AND {column} IS NULL")


def _copied(scene: Scene, seq: int, to: int) -> int:
    columns = ", ".join(("tenant_id", *NEW_VALUES))
    return scene.do(
        f"INSERT INTO {LOG} (seq, {columns}) SELECT {to}, {columns} FROM {LOG} WHERE seq = {seq}"
    )


def _swap(scene: Scene, column: str, seq: int) -> int:
    if column in ("seq", "tenant_id"):
        return scene.do(
            f"UPDATE {LOG} SET seq = {2 * seq - 1} - seq WHERE seq IN ({seq - 1}, {seq})"
        )
    return scene.do(
        f"UPDATE {LOG} a SET {column} = b.{column} FROM {LOG} b WHERE a.seq IN ({seq}, {seq - 1})"
        f" AND b.seq = {2 * seq - 1} - a.seq AND a.{column}::text IS DISTINCT FROM b.{column}::text"
    )


def _cut(scene: Scene, column: str, seq: int) -> int:
    if column in ("seq", "tenant_id"):
        return scene.do(f"DELETE FROM {LOG} WHERE seq > {seq}")
    value = CUT.get(column, f"left({column}, -1)")
    return scene.do(
        f"UPDATE {LOG} SET {column} = {value} WHERE seq = {seq} AND {column} IS NOT NULL"
        f" AND {column}::text <> ({value})::text"
    )


# ---------------------------------------------------------------- operators on the log


def _forge(scene: Scene, column: str, seq: int, at: int) -> int:
    """Change a column of the event stored at `at` and give it the seal of number `seq`."""
    [true] = scene.read(at, at)
    if column in ("seq", "tenant_id"):
        scene.do(f"UPDATE {LOG} SET summary = 'Something else' WHERE seq = {at}")
    elif not _edit(scene, column, at):
        return 0
    if column == "leaf":
        scene.do(f"UPDATE {LOG} SET leaf_hash = sha256('\\x00'::bytea || leaf) WHERE seq = {at}")
    elif column != "leaf_hash":
        [edited] = scene.read(at, at) or [true._replace(tenant_path="beta")]
        scene.put_seal(resealed(edited._replace(seq=seq), _prev_of(true.leaf)), at)
    return 1


def _rechain(scene: Scene, column: str, seq: int) -> int:
    """Change an event, or exchange two, and seal everything behind it anew."""
    if column in ("seq", "tenant_id"):
        [before] = scene.read(seq - 2, seq - 2)
        scene.do(f"UPDATE {LOG} SET seq = {2 * seq - 1} - seq WHERE seq IN ({seq - 1}, {seq})")
        pair = f"seq IN ({seq - 1}, {seq})"
        scene.do(f"UPDATE {LOG} SET at = (SELECT max(at) FROM {LOG} WHERE {pair}) WHERE {pair}")
        scene.chain_anew(seq - 1, before.leaf_hash)
        return 1
    if not _forge(scene, column, seq, seq):
        return 0
    [forged] = scene.read(seq, seq)
    scene.chain_anew(seq + 1, forged.leaf_hash)
    return 1


def _restore(scene: Scene, column: str, seq: int) -> int:
    """An old dump is put back, and the log goes on with events that say something else."""
    done = _rechain(scene, column, seq)
    return done and scene.do(f"DELETE FROM {LOG} WHERE seq > {seq}")


def _fork(scene: Scene, column: str, seq: int) -> int:
    """A second version of the event, sealed where the first was."""
    spare = scene.last + 9
    _copied(scene, seq, spare)
    done = _forge(scene, column, seq, spare)
    return done and scene.do(f"UPDATE {LOG} SET seq = {seq} WHERE seq = {spare}")


def _key_swap(scene: Scene, column: str, seq: int) -> int:
    done = _rechain(scene, column, seq)
    if done:
        scene.sign_anew()
    return done


CHANGES: dict[str, Callable[[Scene, str, int], int]] = dict(
    zip(
        OPERATORS,
        (_edit, _delete, _insert, _swap, _cut, _restore, _fork, _rechain, _key_swap),
        strict=True,
    )
)


# ---------------------------------------------------------------- claims


def test_the_matrix_has_every_column_of_the_table(module_cast: Cast) -> None:
    found = module_cast.admin.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'govdesk.audit_log'::regclass"
        " AND attnum > 0 AND NOT attisdropped"
    ).fetchall()
    assert {name for (name,) in found} == {"tenant_id", "seq", *NEW_VALUES}


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_column_is_watched(
    scene: Scene, operator: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert scene.faults() == []
    done: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    unseen = []
    for column in ("tenant_id", "seq", *NEW_VALUES):
        for seq in scene.places:
            with scene.cast.admin.transaction(force_rollback=True):
                if not CHANGES[operator](scene, column, seq):
                    continue
                done[column] += 1
                faults = scene.faults()
            kinds.update(fault.kind for fault in faults)
            if not faults:
                unseen.append((column, seq))
    with capsys.disabled():
        print(f"\n{operator}: {done.total()} changes of {len(done)} columns, {dict(kinds)}")
    assert unseen == []
    missing = {column for column in ("tenant_id", "seq", *NEW_VALUES) if not done[column]}
    assert missing == {column for verb, column in IMPOSSIBLE if verb == operator}
    assert scene.faults() == []


def test_many_changes_at_once_are_all_listed(scene: Scene) -> None:
    """One column of one event each, far enough apart that none hides another."""
    changed = {}
    for place, column in enumerate(NEW_VALUES):
        seq = 20 + 12 * place
        if _edit(scene, column, seq) or _insert(scene, column, seq):
            changed[seq] = column
    gone = scene.places[-1]
    scene.do(f"DELETE FROM {LOG} WHERE seq = {gone}")
    faults = scene.faults()
    named = {seq for fault in faults for seq in range(fault.first, fault.last + 1)}
    assert len(changed) == len(NEW_VALUES)
    assert named >= {*changed, gone}
    said = {fault.first: fault for fault in faults if fault.first == fault.last}
    for seq, column in changed.items():
        assert said[seq].kind == "altered", (column, said[seq])
        told = {"salts": "actor", "leaf": "leaf"}.get(column, column)
        assert told in said[seq].detail, said[seq]


def test_a_chain_alone_would_not_have_found_a_rewrite(scene: Scene, tmp_path: Path) -> None:
    """What the checkpoint is for: without a witness the rewritten log is whole."""
    with scene.cast.admin.transaction(force_rollback=True):
        assert _rechain(scene, "summary", scene.places[1])
        alone = audit.verify(scene.session, scene.cast.database.app_url)
        assert alone.faults == []
        assert any("rewrote the log" in text for text in alone.not_judged)
        assert [fault.kind for fault in scene.faults()] == ["rechained"]
