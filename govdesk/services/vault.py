"""The vault of an organization: its key in versions, who holds copies, and what is sealed under it.

The same steps for a person's session and for the worker: `Store` says whose they are.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from govdesk.database.connection import Session
from govdesk.database.errors import DatabaseProblem, Refused
from govdesk.database.unlocked import Unlocked
from govdesk.database.vault_store import (
    Copy,
    Envelope,
    MemberStore,
    Provider,
    Recipient,
    State,
    Store,
    Version,
)
from govdesk.domain.problem import Problem
from govdesk.services import organization
from govdesk.services.changes import Change, sealed, writing
from govdesk.vault.context import Context, CopyContext
from govdesk.vault.envelope import rewrap as rewrapped
from govdesk.vault.errors import KeyServiceRefused, MissingKey, RetiredKey, VaultProblem
from govdesk.vault.identities import PrivateKey, open_sealed, seal_to
from govdesk.vault.primitives import KEY_BYTES
from govdesk.vault.providers import KeyEncrypter, KmsKey, TenantKey

SCHEMA_VERSION: Final = 1
"""Of the plaintext's form: a JSON object of texts; of a webhook's secret, its raw bytes."""
BATCH: Final = 100

Progress = Callable[[int, int], None]


class PasswordNeeded(Problem):
    """Sealed fields open with a key that only the person's password yields."""

    def __init__(self) -> None:
        super().__init__(
            "Opening sealed fields needs your password; a session alone does not open them.",
            "Sign in with your password, or set GOVDESK_PASSWORD beside GOVDESK_SESSION.",
            exit_code=2,
        )


class Keys:
    """Finds the key of a version among one's copies, each opened when it is first asked for.

    Raises `MissingKey`, `RetiredKey`, `OtherKey`, `CopyDoesNotOpen`, `PasswordNeeded`, and what a
    key service refuses. A context manager, since a key service is spoken to over connections.
    """

    def __init__(self, tenant_id: UUID, copies: Sequence[Copy], private_key: PrivateKey | None):
        self.tenant_id = tenant_id
        self._copies = {copy.version: copy for copy in copies}
        self._private_key = private_key
        self._opened: dict[int, KeyEncrypter] = {}

    def __call__(self, version: int) -> KeyEncrypter:
        if version not in self._opened:
            self._opened[version] = self._open(version)
        return self._opened[version]

    def __repr__(self) -> str:
        return f"Keys(versions {sorted(self._copies)})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for key in self._opened.values():
            if isinstance(key, KmsKey):
                key.close()
        self._opened.clear()

    @property
    def current_version(self) -> int | None:
        """The number that new values are sealed under; None before the first."""
        return next((n for n, copy in self._copies.items() if copy.status == "current"), None)

    @property
    def current(self) -> KeyEncrypter:
        """The key that seals new values."""
        version = self.current_version
        if version is None:
            raise Problem(
                "This organization has no vault key yet.",
                "Saving the first private value as an admin makes one, or the worker does.",
            )
        return self(version)

    def at_hand(self) -> list[int]:
        """Versions that this person or worker can open, in ascending order."""
        found = []
        for version, copy in sorted(self._copies.items()):
            if copy.status != "retired" and (copy.sealed is not None or copy.provider != "members"):
                self(version)
                found.append(version)
        return found

    def _open(self, version: int) -> KeyEncrypter:
        copy = self._copies.get(version)
        if copy is None and version > max(self._copies, default=0):
            raise MissingKey(version)
        # A person is told of no version that is retired; between the others there is no gap.
        if copy is None or copy.status == "retired":
            raise RetiredKey(version)
        if copy.provider == "aws-kms":
            return KmsKey(version, copy.key_ref or "").checked(copy.commitment)
        return self._unsealed(copy)

    def _unsealed(self, copy: Copy) -> TenantKey:
        if self._private_key is None:
            raise PasswordNeeded
        if copy.sealed is None:
            raise MissingKey(copy.version)
        place = CopyContext(self.tenant_id, copy.version, self._private_key.public)
        return open_sealed(self._private_key, copy.sealed, place).checked(copy.commitment)


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """What a round did: rows under the new key, and rows that do not open, each with why."""

    done: int
    unreadable: tuple[tuple[Envelope, Problem], ...] = ()


# Whose vault


def store_of(session: Session) -> MemberStore:
    """The vault as this session reaches it."""
    return MemberStore(session, lambda: writing(session))


def private_key_of(session: Session) -> PrivateKey | None:
    """The person's private key, if the password was given in this process."""
    unlocked: Unlocked | None = session.unlocked
    return None if unlocked is None else unlocked.key


def keys_of(session: Session) -> Keys:
    """The keys this person holds copies of; none is opened yet."""
    return Keys(session.tenant_id, store_of(session).copies(), private_key_of(session))


def state(session: Session) -> State:
    """Versions, holders, recipients and envelopes left; needs integration.manage."""
    return store_of(session).state()


def context_of(tenant_id: UUID, row: Envelope) -> Context:
    """Where an envelope belongs, which it is bound to."""
    return Context(tenant_id, row.table, UUID(row.row_id), row.column, SCHEMA_VERSION)


def ready(session: Session) -> Keys:
    """The keys, with a current one to seal with; the first is made here, for all who may hold it.

    Raises `Refused` (step_up_needed) while the first is to be made and nobody confirmed lately.
    """
    keys = keys_of(session)
    if keys.current_version is not None:
        return keys
    if private_key_of(session) is None:
        raise PasswordNeeded
    try:
        create(session)
    except DatabaseProblem as problem:
        fresh = keys_of(session)
        # Another admin was quicker: the organization has one key, not two.
        if fresh.current_version is None:
            raise _only_everywhere(problem) from problem
        return fresh
    return keys_of(session)


def _only_everywhere(problem: DatabaseProblem) -> Problem:
    if problem.key != "not_permitted":
        return problem
    return Problem(
        "The organization has no vault key yet, and you manage only a part of it.",
        "Ask an admin of the whole organization to save the first sealed field.",
        exit_code=4,
    )


# Versions


def create(session: Session, provider: Provider = "members", key_ref: str | None = None) -> Change:
    """Make the next version, the current one from now on; the older ones stay until re-wrapped.

    With ``aws-kms``, `key_ref` names the key there; it is tried before anything is written.
    """
    store = store_of(session)
    store.write({"create": _next(store.state(), provider, key_ref)})
    return sealed(session, session.tenant_id)


def create_like_current(session: Session) -> Change:
    """Make the next version with the provider of the current one."""
    store = store_of(session)
    rotate(store, store.state())
    return sealed(session, session.tenant_id)


def rotate(store: Store, found: State) -> None:
    """Make the next version after those of `found`, with the provider of the current one."""
    current = found.current
    provider: Provider = "members" if current is None else current.provider
    store.write({"create": _next(found, provider, current.key_ref if current else None)})


def _next(found: State, provider: Provider, key_ref: str | None) -> dict[str, object]:
    version = found.newest + 1
    about: dict[str, object] = {"version": version, "provider": provider, "key_ref": key_ref}
    if provider == "aws-kms":
        return about | {"commitment": _tried(version, key_ref or "", found.tenant_id), "copies": []}
    key = TenantKey.generate(version)
    copies = _copies_for(found.recipients, key, UUID(found.tenant_id))
    return about | {"commitment": key.commitment.hex(), "copies": copies}


def _tried(version: int, key_ref: str, tenant_id: str) -> str:
    """Wrap and unwrap something with the key service, so that a wrong name is found here."""
    key, tenant = KmsKey(version, key_ref), UUID(tenant_id)
    place = Context(tenant, "vault_key", tenant, "key", SCHEMA_VERSION).encode()
    probe = secrets.token_bytes(KEY_BYTES)
    try:
        if key.unwrap(key.wrap(probe, place), place) != probe:
            raise VaultProblem("The key service gave back another key than it was given.")
    finally:
        key.close()
    return key.commitment.hex()


def _copies_for(
    recipients: Sequence[Recipient], key: TenantKey, tenant_id: UUID
) -> list[dict[str, object]]:
    return [
        {
            "member_id": one.member_id,
            "public_key": one.public_key.hex(),
            "sealed": seal_to(
                one.public_key, key, CopyContext(tenant_id, key.version, one.public_key)
            ).hex(),
        }
        for one in recipients
    ]


def share(store: Store, keys: Keys, found: State | None = None) -> int:
    """Seal copies of every version at hand to recipients without one; returns how many."""
    found, count = found or store.state(), 0
    for version in found.versions:
        if version.status == "retired" or version.provider != "members":
            continue
        count += _share_version(store, keys, version, found.without_copy(version))
    return count


def _share_version(store: Store, keys: Keys, version: Version, missing: Sequence[Recipient]) -> int:
    if not missing:
        return 0
    try:
        key = keys(version.version)
    except MissingKey:
        return 0
    if not isinstance(key, TenantKey):
        return 0
    copies = _copies_for(missing, key, keys.tenant_id)
    store.write({"share": {"version": version.version, "copies": copies}})
    return len(copies)


def share_with_worker(session: Session, keys: Keys) -> int:
    """Give the worker a copy if it has none: from then on it shares with everybody else.

    Nothing happens where it has one, where no worker has ever run, or where this person may not.
    """
    store, found = store_of(session), state(session)
    current = found.current
    if current is None or not any(one.is_worker for one in found.without_copy(current)):
        return 0
    try:
        return share(store, keys, found)
    except Refused:
        # It waits for the next one who may; nothing that was sealed depends on it.
        return 0


def share_now(session: Session) -> Change:
    """Share with everybody who has no copy, as the worker does three times a minute."""
    with keys_of(session) as keys:
        count = share(store_of(session), keys)
    return sealed(session, session.tenant_id, changed=count > 0)


# Envelopes


def rewrap(
    store: Store,
    keys: Keys,
    progress: Progress = lambda done, total: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Rewrapped:
    """Seal every value that is under an older version again under the current one, until none is.

    A value that does not open is left as it is and reported. Each value is a transaction of its
    own, so that a round that is cut short goes on where it was. Raises `KeyServiceRefused`.
    """
    if keys.current_version is None:
        return Rewrapped(0)
    found = store.state()
    total = sum(one.envelopes for one in found.versions if one.status == "live")
    current, done = keys.current, 0
    unreadable: dict[tuple[str, str, str], tuple[Envelope, Problem]] = {}
    tried: set[tuple[str, str, str]] = set()
    while True:
        rows = store.rows(current.version, BATCH + len(tried))
        rows = [one for one in rows if _place(one) not in tried]
        if not rows:
            return Rewrapped(done, tuple(unreadable.values()))
        for row in rows:
            if is_cancelled():
                return Rewrapped(done, tuple(unreadable.values()))
            # Once a round: a row that somebody holds is left to the next.
            tried.add(_place(row))
            try:
                done += _rewrap_one(store, keys, current, row)
            except KeyServiceRefused:
                raise
            except (VaultProblem, Refused) as problem:
                unreadable[_place(row)] = row, problem
            progress(done, total)


def _rewrap_one(store: Store, keys: Keys, current: KeyEncrypter, row: Envelope) -> bool:
    """False if somebody saved it meanwhile, which seals it under the current version anyway."""
    envelope = rewrapped(keys, current, context_of(keys.tenant_id, row), row.sealed)
    return store.put(row, hashlib.sha256(row.sealed).digest(), envelope, current.version)


def _place(row: Envelope) -> tuple[str, str, str]:
    return row.table, row.row_id, row.column


def retire_empty(store: Store) -> list[int]:
    """Retire every older version that no envelope is left under; returns which."""
    empty = [
        one.version for one in store.state().versions if one.status == "live" and not one.envelopes
    ]
    for version in empty:
        store.write({"retire": version})
    return sorted(empty)


def rewrap_now(session: Session, progress: Progress) -> Rewrapped:
    """`rewrap` for a person; raises `Problem` for who manages only a part of the organization."""
    if not organization.here(session).everywhere("integration.manage"):
        raise Problem(
            "You manage the integrations of a part of the organization only.",
            "Ask an admin of all of it, or leave it to the worker.",
            exit_code=4,
        )
    with keys_of(session) as keys:
        return rewrap(store_of(session), keys, progress)


def retire_now(session: Session) -> list[int]:
    """`retire_empty` for a person; needs a step-up where there is something to retire."""
    return retire_empty(store_of(session))
