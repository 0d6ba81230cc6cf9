"""What the database refuses or cannot do, as exceptions with a sentence and a remedy.

`explain` maps every psycopg error to one of them; faces print `sentence` and `remedy` and leave
with `exit_code`. Nothing here ever shows a traceback to a person.
"""

from __future__ import annotations

import json

import psycopg

from govdesk.database import unreachable
from govdesk.domain.problem import Problem
from govdesk.domain.refusals import BY_KEY, BY_SQLSTATE, Refusal


class DatabaseProblem(Problem):
    """What the database refused or could not do.

    `key` names the row of `govdesk.domain.refusals` or of `govdesk.database.unreachable`.
    """

    def __init__(self, sentence: str, remedy: str = "", *, key: str = "", exit_code: int = 3):
        super().__init__(sentence, remedy, exit_code=exit_code)
        self.key = key


class Unreachable(DatabaseProblem):
    """The server is down, refuses the login, or the connection broke."""


class Busy(DatabaseProblem):
    """Somebody else holds what is needed at this moment; nothing was changed."""


class ServerUnfit(DatabaseProblem):
    """The server or the schema cannot hold a sealed trail."""


class ServerTooOld(ServerUnfit):
    """The server's release has known holes in row security."""

    def __init__(self, version: int, floor: int):
        super().__init__(
            f"The server runs PostgreSQL {version // 10000}.{version % 10000}, "
            f"which has known holes in row security.",
            f"Update it to {floor // 10000}.{floor % 10000} or later.",
        )


class Refused(DatabaseProblem):
    """The database said no; `key` names the row of `govdesk.domain.refusals`."""

    def __init__(self, refusal: Refusal, detail: str = ""):
        words = _words_of(refusal, detail)
        sentence = f"{refusal.sentence} ({words})" if words else refusal.sentence
        super().__init__(sentence, refusal.remedy, key=refusal.key, exit_code=refusal.exit_code)
        self.refusal, self.detail = refusal, detail


def _words_of(refusal: Refusal, detail: str) -> str:
    """A detail as a person reads it: what was found is an object for programs."""
    if refusal.key != "raw_secret" or not detail.startswith("{"):
        return detail
    found = json.loads(detail)
    return f"{found['title']} in {found['field']}; fingerprint {found['fingerprint']}"


class SessionEnded(Refused):
    """The session is over; long work keeps its temporary file and resumes after sign-in."""

    def __init__(self) -> None:
        super().__init__(BY_KEY["session_ended"])


_CONSTRAINTS = {
    "tenant_name_length": "A name has 1 to 200 characters.",
    "node_name_length": "A name has 1 to 200 characters.",
    "member_name_length": "A name has 1 to 200 characters.",
    "role_title_length": "A title has 1 to 200 characters.",
    "person_email_shape": "This is not an e-mail address.",
    "tenant_path_shape": "A path is one or more labels, at most 128 characters.",
    "node_below_tenant": "The path does not lie below the organization.",
    "node_system_below_organization": "A system stands directly below the organization.",
    "tenant_environment": "The environment is dev, staging or production.",
    "tenant_tenant_path_key": "An organization with this path exists already.",
    "node_tenant_id_node_path_key": "A system or customer with this path exists already.",
    "role_tenant_id_key_key": "A role with this key exists already.",
    "metadata_abn": "The check digits of the ABN are not right.",
    "metadata_lei_shape": "An LEI has 20 characters; the last two are digits.",
    "metadata_lei": "The check digits of the LEI are not right.",
    "metadata_vat_shape": "A VAT number begins with the two letters of its state.",
    "metadata_legal_entity": "The name of the legal entity has up to 300 characters.",
    "organization_metadata_country_fkey": "There is no such country in ISO 3166.",
    "site_country_fkey": "There is no such country in ISO 3166.",
    "site_name_length": "A name has 1 to 200 characters.",
    "site_address_length": "An address has up to 1,000 characters.",
    "team_name_length": "A name has 1 to 200 characters.",
    "contact_name_length": "A name has 1 to 200 characters.",
    "contact_email_shape": "This is not an e-mail address.",
    "member_grant_once": "This member holds a role there already.",
}


def explain(error: psycopg.Error) -> DatabaseProblem:
    """Translate a psycopg error; the result is to be raised `from` it."""
    state = error.sqlstate
    if state is None:
        known = unreachable.reason(str(error))
        if known is not None:
            key, sentence, remedy = known
            return Unreachable(sentence, remedy, key=key)
        return Unreachable(
            f"The database cannot be reached: {_first_line(error)}",
            "Check that the server runs and that address, port and password are right.",
        )
    if state == "GD001":
        return SessionEnded()
    if state in BY_SQLSTATE:
        said = error.diag.message_primary if state == "GD012" else ""
        return Refused(BY_SQLSTATE[state], error.diag.message_detail or said or "")
    if state == "42501":
        key = error.diag.constraint_name or ""
        return Refused(BY_KEY.get(key, BY_KEY["not_permitted"]))
    if error.diag.constraint_name == "organization_metadata_tenant_id_version_key":
        return Refused(BY_KEY["changed_meanwhile"])
    if state == "57014":
        return DatabaseProblem("The question was cancelled.", "Nothing was changed.")
    if state == "55P03":
        return Busy(
            "Another transaction of this organization holds the log or a row.",
            "Nothing was changed; try again in a moment.",
        )
    if state in ("53100", "53200", "53300"):
        return DatabaseProblem(
            f"The server is out of room: {_first_line(error)}",
            "Free disk space, memory or connections on the server, then try again.",
        )
    if state.startswith(("08", "57")):
        return Unreachable(
            f"The connection to the database broke: {_first_line(error)}",
            "Try again when the server is back; nothing was changed twice.",
        )
    return _other(error, state)


def _other(error: psycopg.Error, state: str) -> DatabaseProblem:
    sentence = _CONSTRAINTS.get(error.diag.constraint_name or "")
    if sentence is not None:
        return DatabaseProblem(sentence, exit_code=2)
    if state.startswith(("22", "23")):
        return DatabaseProblem(f"The input was refused: {_first_line(error)}", exit_code=2)
    if state in ("3F000", "42P01", "42883", "3D000"):
        return ServerUnfit(
            f"The database holds no GovDesk, or another release of it: {_first_line(error)}",
            "Run govdesk server migrate with an administrator's URL.",
        )
    return DatabaseProblem(f"The database answered: {_first_line(error)} [{state}]")


def _first_line(error: psycopg.Error) -> str:
    text = error.diag.message_primary or str(error).strip()
    return text.splitlines()[0].rstrip(".") + "." if text else "no reason given."
