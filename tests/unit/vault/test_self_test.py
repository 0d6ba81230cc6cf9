"""Claims: the self-test finds a vault that opens what was moved, and proves one that does not."""

from __future__ import annotations

import pytest

from govdesk.vault.context import Context
from govdesk.vault.envelope import cut, seal
from govdesk.vault.errors import KeyServiceRefused
from govdesk.vault.providers import KeyRing, TenantKey
from govdesk.vault.self_test import KINDS, Sample, self_test
from tests.unit.vault.places import HOME, samples

KEYS = [TenantKey.generate(version) for version in (1, 2)]
RING = KeyRing(KEYS, current=2)


class Unreachable:
    """A key service that is down."""

    provider = "members"
    version = 1

    def wrap(self, data_key: bytes, context: bytes) -> bytes:
        raise KeyServiceRefused("down")

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        raise KeyServiceRefused("down")


def test_every_kind_of_move_fails_and_is_counted() -> None:
    report = self_test(RING, samples(*KEYS), versions=RING.versions, max_pairs=48 * 47)
    assert report.ok is True
    assert (report.samples, report.opened) == (48, 48)
    assert report.refused == report.tried
    assert set(report.tried) == set(KINDS)
    assert report.tried["place"] == report.pairs == report.pairs_tried == 48 * 47
    assert report.tried["body"] == 2 * 48 * 47
    assert report.tried["version"] == report.tried["row"] == 48


def test_a_vault_that_does_not_bind_the_place_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same place for all: what the test is for."""
    monkeypatch.setattr(Context, "encode", lambda self: b"anywhere")
    report = self_test(RING, samples(*KEYS)[:4], versions=RING.versions)
    assert report.ok is False
    assert {kind for kind, _ in report.moved_and_opened} >= {"place", "row", "tenant", "table"}
    assert report.as_json()["decrypted"] == len(report.moved_and_opened) > 20


def test_a_vault_that_trusts_the_wrapping_alone_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The data key is bound to its place, and the rest of the envelope to nothing."""

    def careless(kek_of: object, context: Context, envelope: bytes) -> bytes:
        return KEYS[0].unwrap(cut(envelope).wrapped, context.encode())

    monkeypatch.setattr("govdesk.vault.self_test.open_", careless)
    report = self_test(RING, samples(KEYS[0])[:3], versions=[1, 2])
    assert report.ok is False
    mixed = {"version", "body", "key", "commitment"}
    assert {kind for kind, _ in report.moved_and_opened} == mixed


def test_nothing_to_test_is_no_proof() -> None:
    assert self_test(RING, []).ok is None


def test_an_envelope_that_does_not_open_at_home_is_a_fault() -> None:
    lost = seal(TenantKey.generate(9), HOME, b"note")
    report = self_test(RING, [Sample(HOME, lost), *samples(*KEYS)[:3]], versions=RING.versions)
    assert report.ok is False
    assert [(place, "version 9" in why) for place, why in report.unreadable] == [(HOME, True)]
    assert (report.samples, report.opened) == (4, 3)


def test_an_outage_of_the_key_service_is_no_proof() -> None:
    with pytest.raises(KeyServiceRefused):
        self_test(lambda _: Unreachable(), samples(KEYS[0])[:2])


def test_pairs_are_limited_evenly_and_it_says_so() -> None:
    report = self_test(RING, samples(*KEYS), max_pairs=100)
    assert (report.pairs, report.pairs_tried, report.tried["place"]) == (48 * 47, 100, 100)
    assert report.ok is True


def test_what_was_cancelled_proves_nothing() -> None:
    answers = iter([False] * 20)
    report = self_test(RING, samples(*KEYS)[:4], cancelled=lambda: next(answers, True))
    assert report.cut_short
    assert report.ok is None
    assert 0 < report.tried.total() < 20


def test_two_envelopes_of_one_place_are_mixed_too() -> None:
    twice = [Sample(HOME, seal(KEYS[0], HOME, text)) for text in (b"old", b"new")]
    report = self_test(RING, twice)
    assert report.ok is True
    assert (report.tried["place"], report.tried["body"]) == (0, 2)


def test_the_report_as_json_has_counts_and_no_secret() -> None:
    made = self_test(RING, samples(*KEYS)[:3], versions=RING.versions).as_json()
    assert made["ok"] is True
    assert made["decrypted"] == 0
    assert made["refused"] == sum(made["moves"].values())  # type: ignore[attr-defined]
    assert "note" not in repr(made)
