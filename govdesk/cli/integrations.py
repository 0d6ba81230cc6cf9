"""``govdesk integrations``: connections to outside services, without a secret in any of them."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import typer

from govdesk.cli import identity
from govdesk.cli.member_changes import told
from govdesk.cli.output import Trouble, emit, stop, table
from govdesk.domain.integrations import BY_NAME, KINDS, Field, Kind
from govdesk.services import integrations, nodes
from govdesk.services.changes import Change
from govdesk.services.integrations import Draft, Integration, Misfilled, Outcome
from govdesk.services.link import Session

app = typer.Typer(help="Connections to outside services.", no_args_is_help=True)

JSON = typer.Option(False, "--json", help="Print one JSON document.")
TENANT = typer.Option(None, "--tenant", help="Path of the organization, if you have several.")
WHICH = typer.Argument(..., help="Name or id of a connection; see govdesk integrations list.")
SEALED = typer.Option(False, "--private", help="Open the private values, too.")
SYSTEM = typer.Option("", "--system", help="Path or id of a system; the organization if not given.")
FIELDS = typer.Option(
    [], "--field", metavar="NAME=VALUE",
    help="A field of the kind (see govdesk integrations kinds); an empty value clears it;"
    " may repeat. A secret is given as a reference, such as password=env://SMTP_PASSWORD;"
    " a private value as NAME=- (asked for, or a line of standard input) or NAME=@FILE, since"
    " others on this machine can read arguments; a certificate as ca=@FILE.",
)  # fmt: skip
ALLOW = typer.Option(
    [], "--allow", metavar="CIDR:PORT",
    help="A private network that this connection may reach; may repeat; “none” closes all.",
)  # fmt: skip
LONGEST = 4096
"""Characters of a private value that is not typed as an argument."""
_COLUMNS = ("name", "kind", "node_path", "status", "tested_at", "test_ok")
_WORDS = {"enable": "is in use.", "disable": "is not used any more.", "remove": "is removed."}


def _listed(one: Integration) -> dict[str, Any]:
    return asdict(one) | {"has_sealed": one.has_sealed}


@app.command()
def kinds(as_json: bool = JSON) -> None:
    """List the kinds of connections and their fields."""
    items = [
        {
            "kind": kind.name,
            "title": kind.title,
            "purpose": kind.purpose,
            "fields": [
                {
                    "name": one.name, "title": one.title, "help": one.help, "column": one.column,
                    "required": one.required, "default": one.default or None,
                    "choices": [value for value, _ in one.choices] or None,
                }
                for one in kind.fields
            ],
        }
        for kind in KINDS
    ]  # fmt: skip
    emit({"items": items, "next": None}, as_json=as_json, text="\n".join(map(_portrait, KINDS)))


_COLUMN_WORDS = {"open": "", "ref": " (reference)", "sealed": " (private, sealed)"}


def _portrait(kind: Kind) -> str:
    lines = [f"{kind.name}: {kind.title}. {kind.purpose}"]
    for one in kind.fields:
        need = "" if one.required else ", optional"
        lines.append(f"  {one.name}{_COLUMN_WORDS[one.column]}{need}: {one.help}")
    return "\n".join(lines)


@app.command("list")
def list_command(
    system: str = typer.Option("", "--system", help="Path or id of a system; all if not given."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """List the connections that you manage, by place and name."""
    with identity.session(tenant) as session:
        place = nodes.find(session, system).id if system else None
        found = integrations.list_integrations(session, place)
    items = [_listed(one) for one in found]
    emit({"items": items, "next": None}, as_json=as_json, text=table(items, _COLUMNS))


@app.command()
def show(
    which: str = WHICH, private: bool = SEALED, tenant: str | None = TENANT, as_json: bool = JSON
) -> None:
    """Show one connection; with --private, what is sealed as well."""
    with identity.session(tenant) as session:
        one = integrations.find(session, which)
        sealed = None
        if private:
            sealed = identity.opening(session, lambda: integrations.reveal_sealed(session, one.id))
    document = _listed(one) | ({} if sealed is None else {"sealed": sealed})
    emit(document, as_json=as_json, text=_shown(one, sealed))


def _shown(one: Integration, sealed: Mapping[str, str] | None) -> str:
    lines = [f"{one.name}  {one.kind}, {one.status}, on {one.node_path}"]
    lines += [f"{name}: {value}" for name, value in {**one.settings, **one.secret_refs}.items()]
    if sealed is not None:
        lines += [f"{name}: {value}" for name, value in sealed.items()]
    elif one.has_sealed:
        lines.append("Private values are sealed; --private opens them.")
    lines += [f"Allowed: {entry}" for entry in one.allow]
    if one.test_detail is not None:
        lines.append(f"Last test: {one.test_detail}")
    return "\n".join(lines)


@app.command("set")
def set_command(
    which: str = typer.Argument(..., help="Name or id; a name that is new makes a connection."),
    kind: str = typer.Option("", "--kind", help=f"Of a new one: {', '.join(BY_NAME)}."),
    fields: list[str] = FIELDS,
    allow: list[str] | None = ALLOW,
    rename: str = typer.Option("", "--rename", help="Another name."),
    system: str = SYSTEM,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Make a connection, or change fields of one; fields that are not named stay."""
    given = dict(_pair(text) for text in fields)
    with identity.session(tenant) as session:
        before = _known(session, which, is_new=bool(kind))
        draft = _new(session, which, kind, system) if before is None else _as_is(before)
        if before is not None and system:
            raise Trouble("A connection stays where it is. Remove it, and make it there.", 2)
        texts = _texts(draft.kind, given)
        draft = identity.opening(session, lambda: _filled(session, draft, texts, allow, rename))
        done = _saved(session, draft)
    told(done, f"{draft.name} is saved.", as_json)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise Trouble("Give a field as --field NAME=VALUE.", 2)
    return name.strip(), value


def _known(session: Session, which: str, *, is_new: bool) -> Integration | None:
    names = {name for one in integrations.list_integrations(session) for name in (one.id, one.name)}
    is_there = which.strip() in names
    if is_new and is_there:
        raise Trouble(f"There is a connection {which} already. Leave --kind out to change it.", 2)
    if is_new:
        return None
    if not is_there:
        raise Trouble(
            f"There is no connection {which} that you manage. Give --kind to make one; see govdesk"
            " integrations kinds.",
            2,
        )
    return integrations.find(session, which)


def _new(session: Session, name: str, kind: str, system: str) -> Draft:
    if kind not in BY_NAME:
        raise Trouble(f"There is no kind {kind}. Use one of {', '.join(BY_NAME)}.", 2)
    place = nodes.find(session, system).id if system else None
    return Draft(place, kind, name, BY_NAME[kind].defaults)


def _as_is(one: Integration) -> Draft:
    return Draft(
        None, one.kind, one.name, one.settings, one.secret_refs, None, one.allow, one.id, one
    )


def _texts(kind: str, given: Mapping[str, str]) -> dict[str, str]:
    """What the fields are to be, once what stands elsewhere has been read there."""
    columns = {one.name: one for one in BY_NAME[kind].fields}
    if unknown := [field for field in given if field not in columns]:
        known = ", ".join(columns)
        raise Trouble(f"{kind} has no field {unknown[0]}. It has {known}.", 2)
    return {field: _text(columns[field], text) for field, text in given.items()}


def _filled(
    session: Session, draft: Draft, texts: Mapping[str, str], allow: Sequence[str] | None, name: str
) -> Draft:
    """Put each field where its kind keeps it; private values that are there already stay."""
    columns = {one.name: one.column for one in BY_NAME[draft.kind].fields}
    of = {
        column: {field: text for field, text in texts.items() if columns[field] == column}
        for column in ("open", "ref", "sealed")
    }
    sealed = draft.sealed
    if of["sealed"]:
        kept = integrations.reveal_sealed(session, draft.id) if draft.id is not None else {}
        sealed = kept | of["sealed"]
    return replace(
        draft,
        name=name or draft.name,
        settings={**draft.settings, **of["open"]},
        secret_refs={**draft.secret_refs, **of["ref"]},
        sealed=sealed,
        allow=_openings(allow, draft.allow),
    )


def _text(field: Field, text: str) -> str:
    """Read a private value, or one of many lines, in the place that is named instead of it."""
    is_private = field.column == "sealed"
    if is_private and text == "-":
        return _asked(field)
    if not text.startswith("@") or not (field.multiline or is_private):
        return text
    try:
        found = Path(text[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, ValueError):
        raise Trouble(f"The file {text[1:]} cannot be read.", 2) from None
    return found if field.multiline else found.rstrip("\r\n")


def _asked(field: Field) -> str:
    """A private value as it is typed, unseen, or the next line of standard input."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{field.title}: ")
    line = sys.stdin.readline(LONGEST + 1).rstrip("\r\n")
    if not line:
        raise Trouble(
            f"{field.name}: Standard input is empty. Give the value there, on one line.", 2
        )
    if len(line) > LONGEST:
        raise Trouble(f"{field.name}: This has more than {LONGEST:,} characters.", 2)
    return line


def _openings(given: Sequence[str] | None, before: tuple[str, ...]) -> tuple[str, ...]:
    if not given:
        return before
    return () if list(given) == ["none"] else tuple(given)


def _saved(session: Session, draft: Draft) -> Change:
    try:
        return identity.opening(
            session,
            lambda: identity.confirmed(session, lambda: integrations.save(session, draft)),
        )
    except Misfilled as fault:
        others = len(fault.faults) - 1
        more = f" {others} more fields are not right." if others else ""
        raise Trouble(f"{fault.field}: {fault.sentence}{more}", 2) from None


@app.command("test")
def try_command(which: str = WHICH, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Try a connection, for up to ten seconds; exit code 1 if it does not work."""
    with identity.session(tenant) as session:
        one = integrations.find(session, which)
        outcome = identity.opening(session, lambda: integrations.test(session, one.id))
    emit(
        {"id": one.id} | asdict(outcome),
        as_json=as_json,
        text=f"{outcome.sentence} {_facts(outcome)}",
    )
    if not outcome.ok:
        stop(1)


def _facts(outcome: Outcome) -> str:
    facts = f"{outcome.detail} · " if outcome.detail else ""
    return f"({facts}{outcome.ms:,} ms)"


@app.command()
def enable(which: str = WHICH, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Use a connection again."""
    _turn("enable", which, tenant, as_json)


@app.command()
def disable(which: str = WHICH, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Keep a connection and use it no more."""
    _turn("disable", which, tenant, as_json)


@app.command()
def remove(which: str = WHICH, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Take a connection away for good, with everything private in it."""
    _turn("remove", which, tenant, as_json)


def _turn(act: str, which: str, tenant: str | None, as_json: bool) -> None:
    with identity.session(tenant) as session:
        one = integrations.find(session, which)
        done = getattr(integrations, act)(session, one.id)
    told(done, f"{one.name} {_WORDS[act]}", as_json)
