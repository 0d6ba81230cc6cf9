"""Who may make whom what: every pair against a table that was written without the SQL.

Each attempt is made with the actor's own session and undone; thousands share a transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import product
from threading import Barrier, Thread

import psycopg
import pytest

from govdesk.database.connection import Session
from tests.doors import arranged, grant_id, join, member_id, raw, seat
from tests.oracles.role_policy import (
    ADMIN,
    AUDITOR,
    CHAIR,
    DENIED,
    DONE,
    LAST,
    OPERATOR,
    OWNER,
    ROLES,
    STEWARD,
    UNSEEN,
    Person,
    Role,
    change,
    define,
    grant,
    standing,
)
from tests.people import ACME, OLGA, Cast

Case = tuple[str, str, str]
"""A statement, what the table says about it, and how to name it when they differ."""

NODES = ("acme", "acme.claims", "acme.claims.northside", "acme.portal")
TARGETS = ("acme", "acme.claims", "acme.claims.northside", "acme.portal")
ACTORS: dict[str, tuple[tuple[str, Role], ...]] = {
    **{f"{key}@acme": ((ACME, role),) for key, role in ROLES.items()},
    **{f"{key}@claims": (("acme.claims", ROLES[key]),) for key in ("owner", "admin", "steward")},
    "admin@northside": (("acme.claims.northside", ADMIN),),
    "admin@claims and owner@portal": (("acme.claims", ADMIN), ("acme.portal", OWNER)),
    "operator@acme and owner@claims": ((ACME, OPERATOR), ("acme.claims", OWNER)),
    "auditor@acme and steward@portal": ((ACME, AUDITOR), ("acme.portal", STEWARD)),
}
ATTEMPTS = """DO $$
DECLARE v_case text; v_rows integer; v_all text[] := '{}';
BEGIN
    FOR v_case IN SELECT value FROM jsonb_array_elements_text(current_setting('test.cases')::jsonb)
    LOOP
        BEGIN
            EXECUTE v_case;
            GET DIAGNOSTICS v_rows = ROW_COUNT;
            RAISE EXCEPTION '%', v_rows USING ERRCODE = 'ZZ000';
        EXCEPTION WHEN OTHERS THEN
            v_all := v_all || CASE SQLSTATE WHEN 'ZZ000' THEN SQLERRM ELSE SQLSTATE END;
        END;
    END LOOP;
    PERFORM set_config('test.answers', to_jsonb(v_all)::text, true);
END $$"""
MEANING = {"1": DONE, "0": UNSEEN, "42501": DENIED, "GD010": LAST}


def attempts(session: Session, cases: list[Case]) -> list[str]:
    """What the database answers to each statement, each undone before the next."""
    found: list[str] = []
    for first in range(0, len(cases), 400):
        batch = [statement for statement, _, _ in cases[first : first + 400]]
        with raw(session) as connection:
            connection.execute("SELECT set_config('test.cases', %s, true)", (json.dumps(batch),))
            connection.execute(ATTEMPTS)
            row = connection.execute("SELECT current_setting('test.answers')::jsonb").fetchone()
            raise_undo = psycopg.Rollback()
            assert row is not None
            found += [MEANING.get(answer, answer) for answer in row[0]]
            raise raise_undo
    return found


def differences(session: Session, cases: list[Case]) -> list[str]:
    answers = attempts(session, cases)
    assert len(answers) == len(cases)
    return [
        f"{name}: the table says {expected}, the database {answer}"
        for (_, expected, name), answer in zip(cases, answers, strict=True)
        if answer != expected
    ]


@pytest.fixture
def town(module_cast: Cast) -> Town:
    """Everyone of this module, made once."""
    name = module_cast.database.name
    if name not in _TOWNS:
        _TOWNS[name] = Town(module_cast)
    return _TOWNS[name]


class Town:
    """Actors, and a target for each role on each node, one without any, and Olga, an owner."""

    def __init__(self, cast: Cast) -> None:
        with arranged(cast) as admin:
            for role in (STEWARD, CHAIR):
                admin.execute(
                    "INSERT INTO govdesk.role (tenant_id, tenant_path, key, title, base,"
                    " permissions) SELECT tenant_id, tenant_path, %s, %s, %s, %s"
                    " FROM govdesk.tenant WHERE tenant_path = 'acme'",
                    (role.key, role.key, role.base, sorted(role.permissions)),
                )
        self.ids: dict[str, str] = {}
        self.grants: dict[tuple[str, str], str] = {}
        self.actors = [self.settle(cast, Person(f"a{i}", g)) for i, g in enumerate(ACTORS.values())]
        self.targets = [
            self.settle(cast, Person(f"t{i}", ((node, role),)))
            for i, (role, node) in enumerate(product(ROLES.values(), TARGETS))
        ]
        self.nobody = self.settle(cast, Person("nobody", (("acme.portal", ROLES["member"]),)))
        self.change_behind(cast, "member_grant", "removed", self.grants["nobody", "acme.portal"])
        self.nobody = Person("nobody")
        self.suspended = self.settle(cast, Person("resting", ((ACME, OPERATOR),), "suspended"))
        self.change_behind(cast, "member", "suspended", self.ids["resting"])
        self.removed = self.settle(cast, Person("gone", ((ACME, OPERATOR),), "removed"))
        self.change_behind(cast, "member", "removed", self.ids["gone"])

    @property
    def owners(self) -> set[str]:
        """Whoever owns the organisation; Olga besides."""
        people = [*self.actors, *self.targets]
        return {p.name for p in people if p.role_on(ACME) == OWNER} | {"olga"}

    @property
    def everyone(self) -> list[Person]:
        return [*self.targets, self.nobody, self.suspended, self.removed]

    def settle(self, cast: Cast, person: Person) -> Person:
        (node, role), *more = person.grants
        identity = join(cast, f"{person.name}@acme.example", role.key, node)
        with arranged(cast) as admin:
            for other, held in more:
                admin.execute(
                    "INSERT INTO govdesk.member_grant (tenant_id, tenant_path, member_id,"
                    " node_path, role_key) SELECT tenant_id, tenant_path, id, %s, %s"
                    " FROM govdesk.member WHERE id = %s",
                    (other, held.key, identity),
                )
        self.ids[person.name] = identity
        for held_on, _ in person.grants:
            self.grants[person.name, held_on] = grant_id(
                cast, f"{person.name}@acme.example", held_on
            )
        return person

    def change_behind(self, cast: Cast, table: str, status: str, row: str) -> None:
        with arranged(cast) as admin:
            admin.execute(f"UPDATE govdesk.{table} SET status = %s WHERE id = %s", (status, row))  # type: ignore[arg-type]

    def cases(self, actor: Person) -> Iterator[Case]:
        for target in (*self.everyone, actor):
            yield from self.granting(actor, target)
            yield from self.changing(actor, target)
            yield from self.standing(actor, target)

    def granting(self, actor: Person, target: Person) -> Iterator[Case]:
        free = [node for node in NODES if target.role_on(node) is None]
        for node, role in product(free, ROLES.values()):
            yield (
                "INSERT INTO govdesk.member_grant (tenant_id, tenant_path, member_id, node_path,"
                " role_key) SELECT tenant_id, tenant_path,"
                f" '{self.ids[target.name]}', '{node}', '{role.key}' FROM govdesk.tenant",
                grant(actor, target, node, role),
                f"{actor} grants {role.key} on {node} to {target}",
            )

    def changing(self, actor: Person, target: Person) -> Iterator[Case]:
        if target.status == "removed":
            return
        for (node, was), new in product(target.grants, (*ROLES.values(), None)):
            if new == was:
                continue
            assignment = "status = 'removed'" if new is None else f"role_key = '{new.key}'"
            yield (
                f"UPDATE govdesk.member_grant SET {assignment}"
                f" WHERE id = '{self.grants[target.name, node]}'",
                change(actor, target, node, new, self.owners),
                f"{actor} makes {new.key if new else 'nothing'} on {node} of {target}",
            )

    def standing(self, actor: Person, target: Person) -> Iterator[Case]:
        for status in {"active", "suspended", "removed"} - {target.status}:
            if target.status == "removed":
                continue
            yield (
                f"UPDATE govdesk.member SET status = '{status}'"
                f" WHERE id = '{self.ids[target.name]}'",
                standing(actor, target, status, ACME, self.owners),
                f"{actor} makes {target} {status}",
            )

    def inviting(self, actor: Person) -> Iterator[Case]:
        new = Person("new")
        for node, role in product(NODES, ROLES.values()):
            yield (
                f"SELECT govdesk_api.invite('new@outside.example', 'New', '{role.key}', '{node}',"
                " 'Welcome')",
                grant(actor, new, node, role),
                f"{actor} invites a {role.key} on {node}",
            )

    def defining(self, actor: Person) -> Iterator[Case]:
        for base, held in product(("owner", "admin", "operator", "member"), _SUBSETS):
            listed = ", ".join(f"'{p}'" for p in sorted(held))
            expected = define(actor, base, held, ACME, frozenset())
            yield (
                "INSERT INTO govdesk.role (tenant_id, tenant_path, key, title, base, permissions)"
                f" SELECT tenant_id, tenant_path, 'made', 'Made', '{base}', ARRAY[{listed}]"
                " FROM govdesk.tenant",
                expected,
                f"{actor} defines a role of base {base} with {sorted(held)}",
            )
            if base == "admin":
                yield (
                    f"UPDATE govdesk.role SET permissions = ARRAY[{listed}] WHERE key = 'auditor'",
                    define(actor, base, held, ACME, AUDITOR.permissions),
                    f"{actor} gives auditors {sorted(held)}",
                )
        for key, base in product(("owner", "admin", "operator", "member"), ("title", "status")):
            value = "deleted" if base == "status" else "Other"
            yield (
                f"UPDATE govdesk.role SET {base} = '{value}' WHERE key = '{key}'",
                DENIED,
                f"{actor} changes the built-in {key}",
            )


_TOWNS: dict[str, Town] = {}
_SUBSETS = (
    frozenset({"audit.read"}),
    frozenset({"audit.read", "key.manage"}),
    frozenset({"member.manage"}),
    frozenset({"owner.manage"}),
    ROLES["admin"].permissions,
    ROLES["owner"].permissions,
)


def sessions(cast: Cast, actors: Iterable[Person]) -> Iterator[tuple[Person, Session]]:
    for actor in actors:
        yield actor, seat(cast, f"{actor.name}@acme.example")


def test_every_change_of_rank_is_allowed_or_refused_as_the_table_says(
    module_cast: Cast, town: Town
) -> None:
    found, tried = [], 0
    for actor, session in sessions(module_cast, town.actors):
        cases = list(town.cases(actor))
        found += differences(session, cases)
        tried += len(cases)
    assert found == []
    assert tried > 10_000


def test_inviting_follows_the_same_table(module_cast: Cast, town: Town) -> None:
    found = []
    for actor, session in sessions(module_cast, town.actors):
        found += differences(session, list(town.inviting(actor)))
    assert found == []


def test_roles_are_defined_by_who_may_and_within_their_base(module_cast: Cast, town: Town) -> None:
    found = []
    for actor, session in sessions(module_cast, town.actors):
        found += differences(session, list(town.defining(actor)))
    assert found == []


RIVALRIES = {
    "take the grant": "UPDATE govdesk.member_grant SET status = 'removed' WHERE id = '{grant}'",
    "make a member": "UPDATE govdesk.member_grant SET role_key = 'member' WHERE id = '{grant}'",
    "remove": "UPDATE govdesk.member SET status = 'removed' WHERE id = '{member}'",
    "suspend": "UPDATE govdesk.member SET status = 'suspended' WHERE id = '{member}'",
}


@pytest.mark.parametrize("means", RIVALRIES)
def test_of_two_owners_who_unmake_each_other_at_once_one_remains(cast: Cast, means: str) -> None:
    for turn in range(50):
        rivals = [OLGA.email, f"rival{turn}@acme.example"]
        join(cast, rivals[1], "owner")
        seats = [seat(cast, email) for email in rivals]
        statements = [
            RIVALRIES[means].format(grant=grant_id(cast, email), member=member_id(cast, email))
            for email in reversed(rivals)
        ]
        order = slice(None, None, -1 if turn % 2 else 1)
        assert sorted(at_once(seats[order], statements[order])) == ["done", "refused"]
        (left,) = owners(cast)
        restore(cast, rivals, left)
        for one in seats:
            one.close()


def at_once(seats: list[Session], statements: list[str]) -> list[str]:
    """Both statements start together, each in its own session and thread."""
    start, answers = Barrier(2), []

    def act(session: Session, statement: str) -> None:
        try:
            with raw(session) as connection:
                start.wait()
                connection.execute(statement)  # type: ignore[call-overload]
            answers.append("done")
        except psycopg.Error:
            answers.append("refused")

    threads = [Thread(target=act, args=pair) for pair in zip(seats, statements, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def owners(cast: Cast) -> list[str]:
    rows = cast.admin.execute(
        "SELECT m.email FROM govdesk.member m JOIN govdesk.member_grant g ON g.member_id = m.id"
        " WHERE m.tenant_path = 'acme' AND m.status = 'active' AND g.status = 'active'"
        " AND g.role_key = 'owner' AND g.node_path = 'acme'"
    ).fetchall()
    return [row[0] for row in rows]


def restore(cast: Cast, rivals: list[str], left: str) -> None:
    """Olga is the only owner again."""
    olga = member_id(cast, rivals[0])
    with arranged(cast) as admin:
        admin.execute("UPDATE govdesk.member SET status = 'active' WHERE id = %s", (olga,))
        admin.execute(
            "UPDATE govdesk.member_grant SET status = 'removed' WHERE status = 'active'"
            " AND member_id IN (SELECT id FROM govdesk.member WHERE email = ANY (%s))",
            (rivals,),
        )
        admin.execute(
            "INSERT INTO govdesk.member_grant (tenant_id, tenant_path, member_id, node_path,"
            " role_key) SELECT tenant_id, tenant_path, id, tenant_path, 'owner'"
            " FROM govdesk.member WHERE id = %s",
            (olga,),
        )
    assert left in rivals
    assert owners(cast) == [rivals[0]]


def test_a_grant_on_another_tenants_node_or_member_is_refused(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    bea, mei = member_id(cast, "bea@beta.example", "beta"), member_id(cast, "mei@acme.example")
    ids = {"acme": cast.tenant_id("acme"), "beta": cast.tenant_id("beta")}
    before = cast.one("SELECT count(*) FROM govdesk.member_grant")
    for tenant, path, member, node in product(ids, ids, (bea, mei), ("acme.claims", "beta.intake")):
        if (tenant, path, member, node) == ("acme", "acme", mei, "acme.claims"):
            continue
        with pytest.raises(psycopg.Error) as caught, raw(olga) as connection:
            connection.execute(
                "INSERT INTO govdesk.member_grant (tenant_id, tenant_path, member_id, node_path,"
                " role_key) VALUES (%s, %s, %s, %s, 'member')",
                (ids[tenant], path, member, node),
            )
        assert caught.value.sqlstate in ("42501", "23503", "23514"), (tenant, path, member, node)
    with raw(olga) as connection:
        for change in ("role_key = 'member'", "status = 'removed'"):
            statement = f"UPDATE govdesk.member_grant SET {change} WHERE member_id = %s"
            assert connection.execute(statement, (bea,)).rowcount == 0  # type: ignore[arg-type]
    assert cast.one("SELECT count(*) FROM govdesk.member_grant") == before
