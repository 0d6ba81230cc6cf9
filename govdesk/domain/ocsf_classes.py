"""Which OCSF class and activity an event of ours is: one table, walked by a test.

Open Cybersecurity Schema Framework 1.6.0, https://schema.ocsf.io/1.6.0. Class names and numbers
move between versions, so the version is pinned, and only classes that have been stable since 1.3
are used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

VERSION: Final = "1.6.0"


@dataclass(frozen=True, slots=True)
class Class:
    """One class of events; `activities` are the ones used here. 99 is always Other."""

    uid: int
    name: str
    category: str
    activities: dict[int, str]

    @property
    def category_uid(self) -> int:
        """The first digit of the class."""
        return self.uid // 1000


_IAM: Final = "Identity & Access Management"
_APPLICATION: Final = "Application Activity"
FINDING: Final = Class(2004, "Detection Finding", "Findings", {1: "Create", 2: "Update"})
ACCOUNT: Final = Class(
    3001,
    "Account Change",
    _IAM,
    {
        1: "Create", 2: "Enable", 3: "Password Change", 4: "Password Reset", 5: "Disable",
        6: "Delete", 7: "Attach Policy", 8: "Detach Policy", 10: "MFA Factor Enable",
    },
)  # fmt: skip
AUTHENTICATION: Final = Class(
    3002, "Authentication", _IAM, {1: "Logon", 2: "Logoff", 7: "Account Switch"}
)
ENTITY: Final = Class(
    3004,
    "Entity Management",
    _IAM,
    {
        1: "Create", 2: "Read", 3: "Update", 4: "Delete", 8: "Enable", 9: "Disable",
        10: "Activate", 11: "Deactivate", 12: "Suspend", 13: "Resume",
    },
)  # fmt: skip
LIFECYCLE: Final = Class(
    6002, "Application Lifecycle", _APPLICATION, {3: "Start", 4: "Stop", 8: "Update"}
)
API: Final = Class(
    6003, "API Activity", _APPLICATION, {1: "Create", 2: "Read", 3: "Update", 4: "Delete"}
)
CLASSES: Final = (FINDING, ACCOUNT, AUTHENTICATION, ENTITY, LIFECYCLE, API)
OTHER: Final = 99

_BY_NOUN: Final[dict[str, Class]] = {
    **dict.fromkeys(
        (
            "api_key", "checkpoint_key", "contact", "decision", "grant", "integration",
            "invitation", "key_policy", "key_scope", "node", "organization", "pepper", "policy",
            "register", "report", "reviewer", "role", "setup_code", "signing_key", "site",
            "subscription", "team", "vault", "vault_identity", "webhook",
        ),
        ENTITY,
    ),
    **dict.fromkeys(
        ("account", "credential", "member", "mfa", "owner", "password", "person", "recovery_code"),
        ACCOUNT,
    ),
    **dict.fromkeys(("audit", "demo", "discovery", "x"), API),
    **dict.fromkeys(("platform", "session"), AUTHENTICATION),
    **dict.fromkeys(("schema", "worker"), LIFECYCLE),
    **dict.fromkeys(("system", "verdict"), FINDING),
}  # fmt: skip

_BY_VERB: Final[dict[str, int]] = {
    **dict.fromkeys(
        ("added", "created", "defined", "generated", "proposed", "registered", "requested",
         "key_created", "set"), 1,
    ),
    **dict.fromkeys(
        ("changed", "renamed", "rotated", "resealed", "replaced", "confirmed", "metadata_changed",
         "secret_rotated", "rewrapped", "key_rotated", "worker_replaced", "resent", "key_shared"),
        3,
    ),
    **dict.fromkeys(("closed", "deleted", "removed"), 4),
    "disabled": 9,
    **dict.fromkeys(("reactivated", "restored"), 10),
    **dict.fromkeys(
        ("cancelled", "expired", "retired", "revoked", "voided", "key_retired", "secret_retired"),
        11,
    ),
    "suspended": 12,
    "resumed": 13,
}  # fmt: skip
"""Activities of Entity Management; a verb that is missing is Other."""

_BY_NAME: Final[dict[str, tuple[Class, int]]] = {
    "account.recovery_requested": (ACCOUNT, 4),
    "api_key.reused": (FINDING, 1),
    "audit.bundle_created": (API, 2),
    "audit.erased": (API, 4),
    "audit.exported": (API, 2),
    "audit.fault_found": (FINDING, 1),
    "audit.hold_lifted": (ENTITY, 4),
    "audit.hold_placed": (ENTITY, 1),
    "audit.checkpoint_signed": (API, 1),
    "audit.pruned": (API, 4),
    "audit.snapshot_created": (API, 2),
    "credential.created": (ACCOUNT, 3),
    "grant.added": (ACCOUNT, 7),
    "grant.removed": (ACCOUNT, 8),
    "member.accepted": (ACCOUNT, 2),
    "member.created": (ACCOUNT, 1),
    "member.invited": (ACCOUNT, 1),
    "member.reactivated": (ACCOUNT, 2),
    "member.removed": (ACCOUNT, 6),
    "member.role_changed": (ACCOUNT, 7),
    "member.suspended": (ACCOUNT, 5),
    "mfa.enabled": (ACCOUNT, 10),
    "owner.recovered": (ACCOUNT, 7),
    "password.changed": (ACCOUNT, 3),
    "person.created": (ACCOUNT, 1),
    "platform.entered": (AUTHENTICATION, 7),
    "platform.left": (AUTHENTICATION, 2),
    "schema.migrated": (LIFECYCLE, 8),
    "session.ended": (AUTHENTICATION, 2),
    "session.failed": (AUTHENTICATION, 1),
    "session.revoked": (AUTHENTICATION, 2),
    "session.started": (AUTHENTICATION, 1),
    "system.alert": (FINDING, 1),
    "system.block": (FINDING, 1),
    "system.event": (API, OTHER),
    "verdict.changed": (FINDING, 2),
    "worker.lost": (FINDING, 1),
    "worker.started": (LIFECYCLE, 3),
}


def is_placed(action: str) -> bool:
    """Whether an action has a place of its own, by its name or its noun."""
    return action in _BY_NAME or action.partition(".")[0] in _BY_NOUN


def classify(action: str) -> tuple[Class, int]:
    """The class and activity of an action; one nobody has placed is API Activity, Other."""
    if action in _BY_NAME:
        return _BY_NAME[action]
    noun, _, verb = action.partition(".")
    found = _BY_NOUN.get(noun, API)
    return found, _BY_VERB.get(verb, OTHER) if found is ENTITY else OTHER
