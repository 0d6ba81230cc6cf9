"""What one can want with a person, in words, with what it would change and how it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from govdesk.desktop.members.changes import Intention
from govdesk.services import access, members
from govdesk.services.link import Session
from govdesk.services.members import Grant, Member


@dataclass(frozen=True, slots=True)
class People:
    """Makes intentions.

    `said` follows a change with its sentence, `gone` a removal, `reread` another's change.
    """

    said: Callable[[str], object]
    reread: Callable[[], object]
    gone: Callable[[str], object]

    def another_role(self, member: Member, grant: Grant, key: str, title: str) -> Intention:
        """Another role on the same node."""
        done = f"{member.name} is now {title} on {grant.node_name}."

        def decision(action: str) -> tuple[str, dict[str, object]]:
            if action == "owner.promote":
                return action, {
                    "member_id": member.id, "node_path": grant.node_path, "role_key": key,
                }  # fmt: skip
            return action, {"grant_id": grant.id, "role_key": key}

        return Intention(
            f"Change the role of {member.name}",
            f"On {grant.node_name}: from {grant.role_title} to {title}.",
            "Save",
            lambda session, shown: members.set_role(session, member, shown, key),
            grant,
            lambda _: self.said(done),
            asked=self._asked,
            preview=_blast(member, member.grants_after(grant.node_path, key)),
            decision=decision,
            who=member.name,
            reread=self.reread,
        )

    def no_role(self, member: Member, grant: Grant) -> Intention:
        """A role is taken away."""
        done = f"{member.name} is no longer {grant.words}."
        return Intention(
            f"Remove a role of {member.name}",
            f"{member.name} is then no longer {grant.words}.",
            "Remove",
            lambda session, shown: members.remove_grant(session, member, shown),
            grant,
            lambda _: self.said(done),
            asked=self._asked,
            preview=_blast(member, member.grants_after(grant.node_path, None)),
            decision=lambda action: (action, {"grant_id": grant.id, "role_key": None}),
            who=member.name,
            is_dangerous=True,
            reread=self.reread,
        )

    def one_more_role(
        self, member: Member, path: str, place: str, key: str, title: str
    ) -> Intention:
        """A role on another node."""
        done = f"{member.name} is now {title} on {place}."
        payload: dict[str, object] = {
            "member_id": member.id, "node_path": path, "role_key": key,
        }  # fmt: skip
        return Intention(
            f"Give {member.name} another role",
            f"On {place}: {title}. It holds for everything below, too.",
            "Save",
            lambda session, shown: members.add_grant(session, shown, path, key),
            member,
            lambda _: self.said(done),
            asked=self._asked,
            preview=_blast(member, member.grants_after(path, key)),
            decision=lambda action: (action, payload),
            who=member.name,
            reread=self.reread,
        )

    def suspend_or_back(self, member: Member) -> Intention:
        """Suspended people cannot sign in; their roles wait for them."""
        is_back = member.status == "suspended"
        word = "Reactivate" if is_back else "Suspend"
        sentence = (
            f"{member.name} can sign in again, with the roles of before."
            if is_back
            else f"{member.name} is signed out everywhere and cannot sign in until somebody"
            " reactivates the account. The roles stay."
        )
        status = "active" if is_back else "suspended"
        done = f"{member.name} is {status} now."
        return Intention(
            f"{word} {member.name}",
            sentence,
            word,
            lambda session, shown: members.set_status(session, shown, status),
            member,
            lambda _: self.said(done),
            asked=self._asked,
            preview=None if is_back else _blast(member, []),
            decision=lambda action: (action, {"member_id": member.id}),
            who=member.name,
            is_dangerous=not is_back,
            reread=self.reread,
        )

    def removal(self, member: Member, known_decision: str) -> Intention:
        """Every role is gone, sessions end, invitations to the address are revoked."""
        done = f"{member.name} is no longer a member."
        return Intention(
            f"Remove {member.name}",
            f"{member.name} loses every role here and is signed out everywhere. Invitations that"
            f" wait for {member.email} end. What was done stays in the log.",
            "Remove",
            lambda session, shown: members.set_status(session, shown, "removed"),
            member,
            lambda _: self.gone(done),
            asked=self._asked,
            preview=_blast(member, []),
            decision=lambda action: (action, {"member_id": member.id}),
            known_decision=known_decision,
            who=member.name,
            is_dangerous=True,
            reread=self.reread,
        )

    def another_app(self, member: Member) -> Intention:
        """Somebody lost the phone and has no recovery code; two people decide that always."""
        return self._way_back(
            member,
            "factor.reset",
            f"Reset the second factor of {member.name}",
            f"A link goes to {member.email}. With the password it enrols another authenticator"
            " app; the old app and the recovery codes are void then, and every session ends.",
        )

    def another_password(self, member: Member) -> Intention:
        """Somebody forgot the password and has no recovery code; two people decide that always."""
        return self._way_back(
            member,
            "account.recover",
            f"Let {member.name} back in",
            f"A link goes to {member.email}. It replaces password and authenticator app together;"
            " every session ends then.",
        )

    def _way_back(self, member: Member, action: str, title: str, sentence: str) -> Intention:
        return Intention(
            title,
            sentence,
            "Ask for a decision",
            _never,
            member,
            lambda _: None,
            asked=self._asked,
            decision=lambda _: (action, {"member_id": member.id}),
            known_decision=action,
            who=member.name,
            is_dangerous=True,
        )

    def _asked(self, decision: UUID) -> None:
        self.said("Asked. The decision waits for a second human.")


def _never(session: Session, shown: Any) -> object:
    raise AssertionError("two people decide this always")


def _blast(member: Member, after: list[access.Grant]) -> Callable[[Session], Any]:
    identity = UUID(member.id)
    return lambda session: access.blast_radius(session, identity, after)
