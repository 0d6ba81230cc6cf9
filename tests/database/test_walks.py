"""Steps of docs/walks that no other test holds."""

from __future__ import annotations

import psycopg
import pytest

from govdesk.database.errors import DatabaseProblem
from tests.database.conftest import ADA, Cast


def test_an_empty_name_is_refused_with_a_sentence(cast: Cast) -> None:
    session, before = cast.sign_in(ADA), cast.last_seq()
    rename = "UPDATE govdesk.node SET name = %s WHERE node_path = 'acme.claims'"
    with (
        pytest.raises(DatabaseProblem, match="1 to 200 characters") as caught,
        session.transaction() as connection,
    ):
        connection.execute(rename, (" ",))
    cause = caught.value.__cause__
    assert isinstance(cause, psycopg.Error)
    assert cause.sqlstate == "23514"
    assert caught.value.exit_code == 2
    assert cast.rows(before) == []
    with session.transaction() as connection:
        connection.execute(rename, ("Claims",))
    assert [row["action"] for row in cast.rows(before)] == ["node.renamed"]
