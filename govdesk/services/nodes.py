"""Systems and the customers they serve: list, create, rename, retire, restore.

Row security decides who sees and changes which; a scoped admin has his own part of the tree.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from dataclasses import dataclass, replace
from typing import Final, Literal

from govdesk.database.connection import Connection, Session
from govdesk.database.errors import DatabaseProblem
from govdesk.domain.problem import Problem
from govdesk.services.changes import Change, sealed, writing
from govdesk.services.meanwhile import ChangedMeanwhile

Kind = Literal["system", "customer"]
KINDS: Final[tuple[Kind, ...]] = ("system", "customer")
LABEL_LENGTH: Final = 40
PATH_LENGTH: Final = 255
NAME_LENGTH: Final = 200
_ATTEMPTS: Final = 8
_COLUMNS: Final = (
    "id::text, node_path::text, kind, CASE WHEN kind = 'organization' THEN (SELECT t.name"
    " FROM govdesk.tenant t WHERE t.tenant_path = node_path) ELSE name END, status"
)


@dataclass(frozen=True, slots=True)
class Node:
    """The organisation (`kind` organization), a system or a customer; `status` active, retired."""

    id: str
    node_path: str
    kind: str
    name: str
    status: str

    @property
    def parent_path(self) -> str:
        """Path of the node that it hangs below; empty for the top."""
        return self.node_path.rpartition(".")[0]

    @property
    def is_active(self) -> bool:
        """Whether it is in use."""
        return self.status == "active"


def label_of(name: str) -> str:
    """Make the label of a path from a name: a–z, 0–9 and _, up to 40; empty if nothing is left."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore")
    return re.sub(r"[^a-z0-9]+", "_", plain.decode().lower()).strip("_")[:LABEL_LENGTH].strip("_")


def all_nodes(session: Session) -> list[Node]:
    """Return what this reader sees of the tree, each node after the one above it."""
    with session.reading() as connection:
        found = connection.execute(
            f"SELECT {_COLUMNS} FROM govdesk.node ORDER BY node_path"
        ).fetchall()
    return [Node(*row) for row in found]


def listed(session: Session, *, below: str = "", retired: bool = True) -> list[Node]:
    """Return systems and customers, at or below a path if one is given."""
    return [
        node
        for node in all_nodes(session)
        if node.kind != "organization"
        and (retired or node.is_active)
        and (not below or f"{node.node_path}.".startswith(f"{below}."))
    ]


def find(session: Session, which: str) -> Node:
    """Return the node with this id or path; raises `Problem` if this reader sees none."""
    with session.reading() as connection:
        row = connection.execute(
            f"SELECT {_COLUMNS} FROM govdesk.node WHERE id::text = %s OR node_path::text = %s",
            (which, which),
        ).fetchone()
    if row is None:
        raise Problem(
            f"There is no system or customer {which} that you may see.",
            "See govdesk nodes list.",
            exit_code=2,
        )
    return Node(*row)


def checked_name(name: str) -> str:
    """Return a name as it is kept; raises `Problem` with a sentence for one that cannot be."""
    kept = " ".join(unicodedata.normalize("NFC", name).split())
    if not kept:
        raise Problem("A name is missing.", "Write how people call it.", exit_code=2)
    if len(kept) > NAME_LENGTH:
        raise Problem(
            f"This name has {len(kept)} characters.",
            f"Write one of up to {NAME_LENGTH}.",
            exit_code=2,
        )
    return kept


def _free_path(connection: Connection, name: str, kind: str, below: str, besides: set[str]) -> str:
    """The label made of the name; where that is taken, with the next free number."""
    label = label_of(name) or kind
    rows = connection.execute(
        "SELECT node_path::text FROM govdesk.node"
        " WHERE node_path <@ %s::ltree AND nlevel(node_path) = nlevel(%s::ltree) + 1",
        (below, below),
    ).fetchall()
    taken = {path.rpartition(".")[2] for (path,) in rows} | besides
    number, free = 2, label
    while free in taken:
        free, number = f"{label[: LABEL_LENGTH - 8]}_{number}", number + 1
    path = f"{below}.{free}"
    if len(path) > PATH_LENGTH:
        raise Problem(
            "This would lie too deep: its path is too long.", "Create it higher up.", exit_code=2
        )
    return path


def create(session: Session, name: str, kind: Kind, below: str = "") -> tuple[Change, Node]:
    """Create a system or customer below a node, the organisation if none is named.

    Raises `Problem` for a name, kind or place that cannot be, `Refused` without node.manage there.
    """
    kept, place = checked_name(name), below or session.tenant_path
    if kind == "system" and place != session.tenant_path:
        raise Problem(
            "A system stands directly below the organization.",
            "Create a customer here, or the system at the top.",
            exit_code=2,
        )
    taken: set[str] = set()
    while True:
        node = Node(str(uuid.uuid4()), "", kind, kept, "active")
        try:
            node = _insert(session, node, place, taken)
        except DatabaseProblem as problem:
            # A subsidiary has this path; who creates may not see it.
            if "subsidiary" not in problem.sentence or len(taken) > _ATTEMPTS:
                raise
            taken.add(f"{label_of(kept) or kind}{f'_{len(taken) + 1}' if taken else ''}")
        else:
            return sealed(session, node.id), node


def _insert(session: Session, node: Node, below: str, taken: set[str]) -> Node:
    tenant = session.tenant_id
    with writing(session) as connection:
        _require_active(connection, below)
        path = _free_path(connection, node.name, node.kind, below, taken)
        connection.execute(
            "INSERT INTO govdesk.node (id, tenant_id, tenant_path, node_path, kind, name)"
            " VALUES (%s, %s, %s::ltree, %s::ltree, %s, %s)",
            (node.id, tenant, session.tenant_path, path, node.kind, node.name),
        )
    return replace(node, node_path=path)


def _require_active(connection: Connection, path: str) -> None:
    """Whatever is below a retired node rests with it."""
    row = connection.execute(
        "SELECT name FROM govdesk.node WHERE node_path @> %s::ltree AND status = 'retired'"
        " ORDER BY node_path LIMIT 1",
        (path,),
    ).fetchone()
    if row is not None:
        raise Problem(f"“{row[0]}” is retired.", f"Restore “{row[0]}” first.", exit_code=2)
    if (
        connection.execute(
            "SELECT 1 FROM govdesk.node WHERE node_path = %s::ltree", (path,)
        ).fetchone()
        is None
    ):
        raise Problem(
            f"There is no place {path} that you may see.", "Choose one of the tree.", exit_code=2
        )


def rename(session: Session, node: Node, name: str) -> Change:
    """Give a node another name; raises `ChangedMeanwhile` if it is no longer called `node.name`."""
    kept = checked_name(name)
    if kept == node.name:
        return Change(node.id, False)
    with writing(session) as connection:
        done = connection.execute(
            "UPDATE govdesk.node SET name = %s WHERE id = %s AND name = %s",
            (kept, node.id, node.name),
        )
        if done.rowcount == 0:
            raise _conflict(connection, node, kept)
    return sealed(session, node.id)


def retire(session: Session, node: Node) -> Change:
    """Retire a node and everything below it; False if it was retired already."""
    return _turn(session, node, "retired")


def restore(session: Session, node: Node) -> Change:
    """Bring a retired node back, itself only; what is above it must be active."""
    return _turn(session, node, "active")


def _turn(session: Session, node: Node, status: str) -> Change:
    if node.kind == "organization":
        raise Problem("The organization itself is never retired.", exit_code=2)
    with writing(session) as connection:
        if status == "active" and node.parent_path:
            _require_active(connection, node.parent_path)
        done = connection.execute(
            "UPDATE govdesk.node SET status = %s WHERE id = %s AND status <> %s",
            (status, node.id, status),
        )
        if done.rowcount == 0:
            row = connection.execute(
                "SELECT 1 FROM govdesk.node WHERE id = %s", (node.id,)
            ).fetchone()
            if row is None:
                raise Problem("This node is not there, or you may not see it.", exit_code=2)
            return Change(node.id, False)
    return sealed(session, node.id)


def _conflict(connection: Connection, node: Node, name: str) -> Problem:
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM govdesk.node WHERE id = %s", (node.id,)
    ).fetchone()
    if row is None:
        return Problem("This node is not there, or you may not see it.", exit_code=2)
    theirs = Node(*row)
    return ChangedMeanwhile(
        f"The name “{node.name}”", theirs=f"“{theirs.name}”", yours=f"“{name}”", fresh=theirs
    )
