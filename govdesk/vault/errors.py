"""Why a sealed value or a key does not open: one sentence for each cause."""

from __future__ import annotations

from govdesk.domain.problem import Problem


class VaultProblem(Problem):
    """A key or an envelope that cannot be used; never names a key or a plaintext."""


class DamagedEnvelope(VaultProblem):
    """Not one bit of the envelope or of its place may differ; which one did cannot be known."""

    def __init__(self) -> None:
        super().__init__(
            "This sealed value was damaged, or it was moved here from another place.",
            "Enter it again; the audit log says who last changed it.",
        )


class UnknownSuite(VaultProblem):
    """The envelope names a suite that this release does not have."""

    def __init__(self, suite: int):
        super().__init__(
            f"This value was sealed with suite {suite}, which this GovDesk does not know.",
            "Install the newest release of GovDesk.",
        )


class WrongProvider(VaultProblem):
    """The envelope and the key of its version come from two different key providers."""

    def __init__(self, version: int, sealed_with: str, provider: str):
        super().__init__(
            f"This value was sealed with a key from “{sealed_with}”, but key version {version}"
            f" comes from “{provider}”.",
            "Check the key versions of the vault; enter the value again if it came from elsewhere.",
        )


class MissingKey(VaultProblem):
    """No copy of this key version is at hand."""

    def __init__(self, version: int):
        super().__init__(
            f"You hold no copy of key version {version} of the vault.",
            "Wait for the worker to share it with you, or ask an admin who can open integrations.",
        )
        self.version = version


class RetiredKey(VaultProblem):
    """This key version was rotated and retired, and the value was left under it."""

    def __init__(self, version: int):
        super().__init__(
            f"Key version {version} of the vault was rotated and is retired; this value was not"
            " sealed again under a newer one.",
            "Enter the value again; if it came from a backup, restore the vault's keys with it.",
        )
        self.version = version


class OtherKey(VaultProblem):
    """The bytes at hand are not the key that this version committed to."""

    def __init__(self, version: int):
        super().__init__(
            f"This copy of key version {version} is not the key that the organization uses.",
            "Do not enter anything private; ask an admin to compare the vault's fingerprints.",
        )


class CopyDoesNotOpen(VaultProblem):
    """A copy of a tenant key that was sealed to somebody else, for another place, or damaged."""

    def __init__(self, version: int):
        super().__init__(
            f"Your copy of key version {version} of the vault does not open.",
            "Ask an admin who can open integrations to share the key with you again.",
        )


class PasswordDoesNotOpen(VaultProblem):
    """The private key was wrapped under another password, or damaged."""

    def __init__(self) -> None:
        super().__init__(
            "Your key to the vault does not open with this password.",
            "If your password was reset, sign in again: you get a new key pair, and the worker"
            " or an admin shares the vault with it.",
        )


class KeyServiceRefused(VaultProblem):
    """The outside key service (KMS) said no or could not be reached."""
