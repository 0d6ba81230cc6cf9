"""Copies of checkpoints in a folder outside the database; what could not be written comes again."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

from govdesk.evidence.checkpoints import SignedCheckpoint
from govdesk.evidence.notes import BadSignature, VerifierKey
from govdesk.services import checkpoint_files
from govdesk.services.checkpoint_files import CheckpointFileProblem

logger = logging.getLogger(__name__)


class Copies:
    """The folder; None for none. Nothing here keeps a checkpoint from being signed."""

    def __init__(self, folder: Path | None):
        self._folder = folder
        self._waiting: dict[str, SignedCheckpoint] = {}
        self._said: dict[str, str] = {}

    def newest(self, tenant_path: str, keys: Iterable[VerifierKey]) -> SignedCheckpoint | None:
        """Return the newest copy of a log's checkpoints, if one of the keys signed it."""
        if self._folder is None:
            return None
        try:
            found = checkpoint_files.newest(self._folder, tenant_path)
            is_ours = found is not None and bool(found.verified_by(keys))
        except (CheckpointFileProblem, BadSignature) as problem:
            self._say("newest", f"a copy of a checkpoint of {tenant_path} is not used: {problem}")
            return None
        return found if is_ours else None

    def keep(self, *checkpoints: SignedCheckpoint) -> None:
        """Write copies, the newest last."""
        if self._folder is None:
            return
        try:
            for one in checkpoints:
                path = checkpoint_files.write(self._folder, one)
                if path.stem != str(one.tree.size):
                    logger.warning("another checkpoint of that size was kept as well: %s", path)
            checkpoint_files.write_newest(self._folder, checkpoints[-1])
        except CheckpointFileProblem as problem:
            self._waiting[checkpoints[-1].tenant_path] = checkpoints[-1]
            self._say("keep", f"copies of checkpoints wait: {problem}")
        else:
            self._waiting.pop(checkpoints[-1].tenant_path, None)
            self._said.pop("keep", None)

    def again(self) -> None:
        """Write what could not be written before, the newest of each log."""
        for one in list(self._waiting.values()):
            self.keep(one)

    def _say(self, about: str, trouble: str) -> None:
        if self._said.get(about) != trouble:
            self._said[about] = trouble
            logger.warning("%s", trouble)
