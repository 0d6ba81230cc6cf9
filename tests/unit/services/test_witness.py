"""A witness against servers that roll back, fork, rewrite, lie, withhold or take their time."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from govdesk.database.errors import DatabaseProblem, SessionEnded, Unreachable
from govdesk.database.tree import Restore, Stored
from govdesk.domain.problem import Problem
from govdesk.evidence.checkpoints import Tree
from govdesk.evidence.notes import KeyPair, VerifierKey
from govdesk.evidence.proofs import Hashes
from govdesk.services.witness import Witness
from govdesk.services.witness_memory import identity
from govdesk.services.witness_source import Bounded, TooSlow
from govdesk.services.witness_verdict import ALARMS, STEPS, report
from tests.strictness import ExpectLog
from tests.witnessing import ACME, AT, ORIGIN, Shown, Town, leaves, signed, tree_of

LOG = leaves(1500)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def state(town: Town, shown: Shown, witness: Witness | None = None) -> str:
    return (witness or town.witness()).check_source(shown).state


def size(town: Town) -> int:
    newest = town.witness().remembered().newest
    return 0 if newest is None else newest.tree.size


# In order


def test_the_first_key_is_pinned_and_said_to_be_new(town: Town) -> None:
    assert state(town, Shown(LOG[:3], None)) == "none_yet"
    verdict = town.witness().check_source(town.shows(LOG, 300))
    assert (verdict.state, verdict.found.signed_by) == ("first_seen", (town.key,))
    assert verdict.is_notice
    assert not verdict.is_alarm
    (pin,) = town.witness().remembered().keys
    assert (pin.key, pin.is_compared) == (town.key, False)


def test_a_log_that_grows_is_followed_through_every_size(town: Town) -> None:
    sizes = [1, 2, 3, 255, 256, 257, 300, 511, 512, 513, 1024, 1499, 1500]
    states = [state(town, town.shows(LOG, number)) for number in sizes]
    assert states == ["first_seen"] + ["consistent"] * (len(sizes) - 1)
    assert size(town) == 1500
    assert state(town, town.shows(LOG)) == "consistent"


def test_what_is_remembered_is_private_and_survives_the_program(town: Town) -> None:
    state(town, town.shows(LOG, 300))
    (path,) = [one for one in (town.folder / "witness").iterdir() if one.suffix == ".json"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert size(town) == 300
    assert town.witness("Other profile").remembered().newest is None


def test_an_older_checkpoint_first_is_no_alarm_and_loses_nothing(town: Town) -> None:
    state(town, town.shows(LOG, 900))
    verdict = town.witness().check_source(town.shows(LOG, 400))
    assert verdict.state == "consistent"
    assert "older than one seen before" in verdict.detail
    assert verdict.witnessed_to == size(town) == 900


def test_checkpoints_withheld_while_the_log_still_holds_are_no_alarm(town: Town) -> None:
    state(town, town.shows(LOG, 900))
    verdict = town.witness().check_source(Shown(LOG, None))
    assert (verdict.state, size(town)) == ("consistent", 900)


# Alarms


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ((LOG[:700], 600), "rolled_back"),
        ((LOG[:900], 900), "rolled_back"),
        ((LOG[:999], 1000), "rolled_back"),
        ((leaves(1500, "x", LOG[:700]), 600), "rolled_back"),
        ((leaves(1000, "x", LOG[:700]), 1000), "forked"),
        ((leaves(1500, "x", LOG[:999]), 1500), "rechained"),
        ((leaves(1500, "x"), 1500), "rechained"),
    ],
)
def test_another_past_is_an_alarm_and_is_not_remembered(
    town: Town, shown: tuple[Sequence[bytes], int], expected: str
) -> None:
    for number in (500, 650, 1000):
        state(town, town.shows(LOG, number))
    log, count = shown
    checkpoint = signed(tree_of(log, min(count, len(log))), town.pair)
    if count > len(log):
        checkpoint = signed(tree_of(LOG, count), town.pair)
    for _ in range(2):
        verdict = town.witness().check_source(Shown(log, checkpoint, keys=[town.key]))
        assert verdict.state == expected
        assert verdict.is_alarm
        assert verdict.remembered is not None
        assert verdict.remembered.tree == tree_of(LOG, 1000)
        words = report(verdict)
        assert tree_of(LOG, 1000).root.hex() in words
        assert checkpoint.tree.root.hex() in words
        assert STEPS[0] in words
    assert size(town) == 1000
    assert state(town, town.shows(LOG)) == "consistent"


def test_an_alarm_says_up_to_where_the_log_is_still_the_one_seen_before(town: Town) -> None:
    for number in (100, 500, 650, 1000):
        state(town, town.shows(LOG, number))
    verdict = town.witness().check_source(town.shows(leaves(1500, "x", LOG[:700])))
    assert verdict.last_good is not None
    assert verdict.last_good.tree.size == 650


def test_a_log_without_checkpoints_that_was_rolled_back_is_an_alarm(town: Town) -> None:
    state(town, town.shows(LOG, 1000))
    assert state(town, Shown(LOG[:999], None)) == "rolled_back"
    assert state(town, Shown(leaves(1500, "x"), None)) == "rechained"


def test_a_log_cut_below_its_own_checkpoint_is_an_alarm_even_for_who_sees_it_first(
    town: Town,
) -> None:
    cut = Shown(LOG[:999], signed(tree_of(LOG, 1000), town.pair), keys=[town.key])
    assert state(town, cut) == "rolled_back"
    other = replace(cut, log=leaves(1500, "x"))
    assert state(town, other) == "rechained"
    assert size(town) == 0


def test_no_single_changed_event_goes_unseen(town: Town) -> None:
    state(town, town.shows(LOG, 1000))
    dice = random.Random(7)
    for _ in range(60):
        log, at = list(LOG), dice.randrange(1000)
        log[at] = os.urandom(32)
        shown = town.shows(log, dice.randrange(1, 1501))
        assert state(town, shown) in ALARMS, at
    assert size(town) == 1000


# Keys


def test_another_key_is_an_alarm_until_a_person_accepts_it(town: Town) -> None:
    state(town, town.shows(LOG, 1000))
    other = KeyPair.generate()
    shown = town.shows(LOG, checkpoint=signed(tree_of(LOG), other), keys=[other.vkey(ORIGIN)])
    verdict = town.witness().check_source(shown)
    assert (verdict.state, verdict.new_keys) == ("unsigned_key", (other.vkey(ORIGIN),))
    assert size(town) == 1000
    town.witness().accept(other.vkey(ORIGIN))
    assert state(town, shown) == "consistent"
    assert size(town) == 1500


def test_during_the_overlap_of_two_keys_the_new_one_is_offered_and_not_taken(town: Town) -> None:
    state(town, town.shows(LOG, 1000))
    new = KeyPair.generate()
    both = signed(tree_of(LOG), town.pair, new)
    shown = town.shows(LOG, checkpoint=both, keys=[new.vkey(ORIGIN), town.key])
    verdict = town.witness().check_source(shown)
    assert (verdict.state, verdict.new_keys) == ("consistent", (new.vkey(ORIGIN),))
    assert [pin.key for pin in town.witness().remembered().keys] == [town.key]
    alone = signed(tree_of(LOG), new)
    assert state(town, replace(shown, checkpoint=alone)) == "unsigned_key"


def test_whoever_trusts_a_key_already_takes_no_other_one_on_first_use(town: Town) -> None:
    town.trust.add(town.key.text)
    other = KeyPair.generate()
    shown = town.shows(LOG, checkpoint=signed(tree_of(LOG), other), keys=[other.vkey(ORIGIN)])
    assert state(town, shown) == "unsigned_key"
    assert state(town, town.shows(LOG)) == "first_seen"


@pytest.mark.parametrize("kind", ["flipped", "other_log", "other_size", "junk", "nobody"])
def test_a_note_that_is_not_what_it_says_is_an_alarm(town: Town, kind: str) -> None:
    state(town, town.shows(LOG, 1000))
    good = signed(tree_of(LOG), town.pair)
    beta = "govdesk/beta"
    lines = good.note.split(" ")
    flipped = " ".join([*lines[:-1], lines[-1][:-6] + ("AAAA" + lines[-1][-2:])])
    notes = {
        "flipped": replace(good, note=flipped),
        "other_log": signed(good.tree, town.pair, log=beta),
        "other_size": replace(good, tree=tree_of(LOG, 1499)),
        "junk": replace(good, note="\x00" * 100),
        "nobody": replace(good, note=good.note.rpartition("\n\n")[0] + "\n\n"),
    }
    verdict = town.witness().check_source(town.shows(LOG, checkpoint=notes[kind]))
    assert verdict.state in ("bad_signature", "unsigned_key")
    assert size(town) == 1000


def test_a_first_checkpoint_that_no_named_key_signed_is_not_believed(town: Town) -> None:
    assert state(town, town.shows(LOG, keys=[])) == "bad_signature"
    assert state(town, town.shows(LOG, keys=[KeyPair.generate().vkey(ORIGIN)])) == "bad_signature"
    assert town.witness().remembered().keys == ()


# Liars


class Liar:
    """Answers as the honest hashes do, but for what a subclass changes."""

    def __init__(self, honest: Hashes):
        self.honest = honest

    def leaves(self, first: int, count: int) -> bytes:
        return self.honest.leaves(first, count)

    def tile(self, level: int, position: int) -> bytes | None:
        return self.honest.tile(level, position)


class FlipsTiles(Liar):
    def tile(self, level: int, position: int) -> bytes | None:
        tile = super().tile(level, position)
        return tile and bytes([tile[0] ^ 1]) + tile[1:]


class OddTiles(Liar):
    def tile(self, level: int, position: int) -> bytes | None:
        return b"x" * 8191


class FlipsLeaves(Liar):
    def leaves(self, first: int, count: int) -> bytes:
        return bytes(32 * count)


class Withholds(Liar):
    def leaves(self, first: int, count: int) -> bytes:
        return super().leaves(first, count) if count == 1 else b""

    def tile(self, level: int, position: int) -> bytes | None:
        return None


class GivesTooMuch(Liar):
    def leaves(self, first: int, count: int) -> bytes:
        return super().leaves(first, count) + bytes(32)


class Fails(Liar):
    def leaves(self, first: int, count: int) -> bytes:
        raise DatabaseProblem("The database answered: no [XX000]")


@pytest.mark.parametrize(
    "liar", [FlipsTiles, OddTiles, FlipsLeaves, Withholds, GivesTooMuch, Fails]
)
def test_a_server_that_lies_or_withholds_is_found_and_nothing_is_remembered(
    town: Town, liar: type[Liar]
) -> None:
    state(town, town.shows(LOG, 1000))
    assert state(town, town.shows(LOG, through=liar)) in ALARMS
    assert state(town, town.shows(leaves(1500, "x"), through=liar)) in ALARMS
    assert size(town) == 1000


class TwoFaced(Liar):
    """Shows the old log where the old root is asked for, and another where the new one is."""

    def __init__(self, honest: Hashes):
        super().__init__(honest)
        self.asked = 0

    def leaves(self, first: int, count: int) -> bytes:
        self.asked += 1
        return (
            b"".join(LOG[first : first + count]) if self.asked % 2 else super().leaves(first, count)
        )


def test_a_server_that_shows_each_question_another_log_is_found(town: Town) -> None:
    state(town, town.shows(LOG, 200))
    assert state(town, town.shows(leaves(250, "x"), through=TwoFaced)) in ALARMS
    assert size(town) == 200


def test_a_log_of_endless_length_ends_the_check_and_not_the_program(town: Town) -> None:
    class Endless(Liar):
        asked = 0

        def leaves(self, first: int, count: int) -> bytes:
            Endless.asked += 1
            return bytes(32 * count)

        def tile(self, level: int, position: int) -> bytes | None:
            return None

    state(town, town.shows(LOG, 1000))
    huge = signed(Tree(2**40, bytes(32)), town.pair)
    shown = town.shows(
        LOG, checkpoint=huge, through=lambda hashes: Bounded(Endless(hashes), float("inf"), 500)
    )
    with pytest.raises(TooSlow):
        state(town, shown)
    assert Endless.asked <= 500
    assert size(town) == 1000


def test_a_server_that_takes_too_long_is_no_verdict(town: Town) -> None:
    state(town, town.shows(LOG, 1000))
    with pytest.raises(TooSlow):
        state(town, town.shows(LOG, through=lambda hashes: Bounded(hashes, 0.0)))
    assert size(town) == 1000


@pytest.mark.parametrize("error", [Unreachable("gone"), SessionEnded()])
def test_a_lost_connection_is_no_alarm(town: Town, error: DatabaseProblem) -> None:
    class Gone(Liar):
        def leaves(self, first: int, count: int) -> bytes:
            raise error

    state(town, town.shows(LOG, 1000))
    with pytest.raises(type(error)):
        state(town, town.shows(LOG, through=Gone))


@pytest.mark.parametrize(("sqlstate", "is_alarm"), [("57014", False), ("53100", False),
                                                    ("XX000", True), ("42501", True)])  # fmt: skip
def test_an_error_that_passes_is_no_alarm_and_one_that_does_not_is(
    town: Town, sqlstate: str, *, is_alarm: bool
) -> None:
    cause = Exception()
    cause.sqlstate = sqlstate  # type: ignore[attr-defined]

    class Cancelled(Liar):
        def leaves(self, first: int, count: int) -> bytes:
            raise DatabaseProblem("no") from cause

    state(town, town.shows(LOG, 1000))
    if is_alarm:
        assert state(town, town.shows(LOG, through=Cancelled)) == "unproven"
        return
    with pytest.raises(DatabaseProblem):
        state(town, town.shows(LOG, through=Cancelled))


def test_a_server_without_checkpoints_is_no_alarm_for_who_saw_none(town: Town) -> None:
    class Older(Shown):
        def newest(self) -> Stored | None:
            raise DatabaseProblem("There is no such table.")

    assert state(town, Older(LOG, None)) == "none_yet"
    state(town, town.shows(LOG, 1000))
    assert state(town, Older(LOG, None)) == "unproven"


# Restores


BACK = leaves(1200, "after the restore", LOG[:700])


def restore(known: int, found: int, name: str = "1", log: Sequence[bytes] = LOG) -> Restore:
    return Restore(
        tree_of(LOG, known), tree_of(log, found), AT, name, "user:olga", "user:rita", "disk failed"
    )


def test_a_declared_restore_is_accepted_once_and_says_by_whom(town: Town) -> None:
    for number in (500, 1000):
        state(town, town.shows(LOG, number))
    rolled = town.shows(LOG[:700], 600)
    assert state(town, rolled) == "rolled_back"
    verdict = town.witness().check_source(replace(rolled, declared=[restore(1000, 600)]))
    assert verdict.state == "restored"
    assert [(one.requester, one.reviewer) for one in verdict.restored] == [
        ("user:olga", "user:rita")
    ]
    assert verdict.witnessed_to == size(town) == 600
    grown = town.shows(BACK, declared=[restore(1000, 600)])
    assert state(town, grown) == "consistent"
    again = town.shows(LOG[:700], 600, declared=[restore(1000, 600)])
    assert state(town, again) == "rolled_back"


@pytest.mark.parametrize("known", [1000, 1100])
def test_a_restore_counts_for_who_knows_as_much_or_less(town: Town, known: int) -> None:
    state(town, town.shows(LOG, 1000))
    shown = town.shows(BACK, declared=[restore(known, 600)])
    assert state(town, shown) == "restored"


@pytest.mark.parametrize(
    "declared",
    [
        [],
        [restore(900, 600)],
        [restore(1000, 701)],
        [restore(1000, 600, log=leaves(1500, "x"))],
        [replace(restore(1000, 600), known=tree_of(leaves(1000, "x")))],
    ],
)
def test_a_restore_that_names_other_checkpoints_changes_nothing(
    town: Town, declared: list[Restore]
) -> None:
    state(town, town.shows(LOG, 1000))
    assert state(town, town.shows(BACK, declared=declared)) in ALARMS
    assert size(town) == 1000


def test_a_restore_cannot_reach_behind_what_was_seen_before_it(town: Town) -> None:
    for number in (500, 1000):
        state(town, town.shows(LOG, number))
    forged = leaves(1200, "x", LOG[:300])
    declared = [replace(restore(1000, 600), found=tree_of(forged, 600))]
    assert state(town, town.shows(forged, declared=declared)) in ALARMS


def test_a_restore_from_before_a_witness_came_counts_for_nothing_later(town: Town) -> None:
    declared = [restore(1000, 600)]
    assert state(town, town.shows(BACK, 800, declared=declared)) == "first_seen"
    assert state(town, town.shows(LOG[:700], 600, declared=declared)) == "rolled_back"


def test_two_restores_in_a_row_lead_on(town: Town) -> None:
    state(town, town.shows(LOG, 1000))
    third = leaves(1300, "third", BACK[:900])
    declared = [
        restore(1000, 600),
        Restore(tree_of(BACK), tree_of(BACK, 900), AT + timedelta(days=1), "2"),
    ]
    assert state(town, town.shows(third, declared=declared)) == "restored"
    assert size(town) == 1300


def test_a_restore_signed_by_nobody_known_is_not_accepted(town: Town) -> None:
    state(town, town.shows(LOG, 1000))
    other = KeyPair.generate()
    shown = town.shows(
        BACK,
        checkpoint=signed(tree_of(BACK), other),
        keys=[other.vkey(ORIGIN)],
        declared=[restore(1000, 600)],
    )
    assert state(town, shown) in ALARMS


# Exchange


def test_a_checkpoint_from_another_computer_is_proven_before_it_counts(town: Town) -> None:
    state(town, town.shows(LOG, 500))
    here, shown = town.witness(), town.shows(LOG, 600)
    there = signed(tree_of(LOG, 1000), town.pair).note
    done = here.import_note(shown, there)
    assert (done.verdict.state, done.is_new, size(town)) == ("consistent", True, 1000)
    older = here.import_note(shown, signed(tree_of(LOG, 10), town.pair).note)
    assert (older.is_new, size(town)) == (False, 1000)
    assert here.exported() == there


def test_a_checkpoint_that_the_log_does_not_hold_reveals_a_split_view(town: Town) -> None:
    state(town, town.shows(LOG, 500))
    other = leaves(1500, "x", LOG[:300])
    for number in (400, 500, 1000):
        note = signed(tree_of(other, number), town.pair).note
        done = town.witness().import_note(town.shows(LOG), note)
        assert done.verdict.is_alarm
        assert done.verdict.remembered is not None
        assert done.verdict.remembered.note == note
    longer = signed(tree_of(leaves(2000), 1800), town.pair).note
    assert town.witness().import_note(town.shows(LOG), longer).verdict.state == "rolled_back"
    assert size(town) == 500


@pytest.mark.parametrize("kind", ["junk", "binary", "other log", "stranger", "altered"])
def test_a_file_that_is_no_checkpoint_of_ours_gets_a_sentence(town: Town, kind: str) -> None:
    state(town, town.shows(LOG, 500))
    good = signed(tree_of(LOG, 600), town.pair)
    given: dict[str, str | bytes] = {
        "junk": "hello",
        "binary": os.urandom(2000),
        "other log": signed(good.tree, town.pair, log="govdesk/beta").note,
        "stranger": signed(good.tree, KeyPair.generate()).note,
        "altered": good.note.replace("\n600\n", "\n601\n"),
    }
    with pytest.raises(Problem) as refused:
        town.witness().import_note(town.shows(LOG), given[kind])
    assert refused.value.sentence
    assert size(town) == 500


def test_a_first_checkpoint_from_a_file_needs_a_key_that_somebody_compared(town: Town) -> None:
    note = signed(tree_of(LOG, 600), town.pair).note
    with pytest.raises(Problem, match="No key"):
        town.witness().import_note(town.shows(LOG), note)
    with pytest.raises(Problem, match="not seen a checkpoint"):
        town.witness().exported()
    town.trust.add(town.key.text)
    assert town.witness().import_note(town.shows(LOG), note).is_new
    assert size(town) == 1500


# The file


@pytest.mark.parametrize("junk", ["", "{", "null", "[" * 100_000, '{"v":1}', '{"v":9}'])
def test_a_damaged_memory_is_said_and_kept_beside(town: Town, junk: str) -> None:
    state(town, town.shows(LOG, 500))
    path = next((town.folder / "witness").glob("*.json"))
    path.write_text(junk)
    witness = town.witness()
    assert state(town, town.shows(LOG, 600), witness) == "first_seen"
    assert "set aside" in witness.notice
    assert path.with_name(path.name + ".broken").read_text() == junk


def test_two_consoles_at_once_never_go_back_nor_split(town: Town) -> None:
    state(town, town.shows(LOG, 1))

    def follow(number: int) -> set[str]:
        dice = random.Random(number)
        return {state(town, town.shows(LOG, dice.randrange(1, 1500))) for _ in range(8)}

    with ThreadPoolExecutor(6) as pool:
        assert set().union(*pool.map(follow, range(6))) == {"consistent"}
    remembered = town.witness().remembered()
    sizes = [one.tree.size for one in remembered.past]
    assert sizes == sorted(sizes)
    assert size(town) > max(sizes)


def test_a_console_that_was_shown_another_branch_meanwhile_says_so(town: Town) -> None:
    state(town, town.shows(LOG, 500))
    branch = leaves(1500, "x", LOG[:600])

    class Meanwhile(Shown):
        done = False

        def restores(self) -> Sequence[Restore]:
            if not Meanwhile.done:
                Meanwhile.done = True
                assert state(town, town.shows(branch, 900)) == "consistent"
            return ()

    shown = Meanwhile(LOG, signed(tree_of(LOG, 1000), town.pair), keys=[town.key])
    assert state(town, shown) == "rechained"
    assert size(town) == 900


def test_a_disk_that_refuses_leaves_the_verdict_as_it_is(
    town: Town, expected_log: ExpectLog
) -> None:
    (town.folder / "witness").write_text("")
    expected_log("what was witnessed could not be kept")
    assert state(town, town.shows(LOG, 500)) == "first_seen"


def test_forgetting_begins_anew(town: Town) -> None:
    state(town, town.shows(LOG, 500))
    assert town.witness().forget()
    assert not town.witness().forget()
    assert state(town, town.shows(leaves(10, "x"))) == "first_seen"


def test_a_key_of_another_log_is_not_accepted_for_this_one(town: Town) -> None:
    with pytest.raises(Problem, match="govdesk/beta"):
        town.witness().accept(VerifierKey("govdesk/beta", town.key.public))
    assert town.witness().accepted() == ()
    assert town.witness().tenant_path == ACME


# Whose memory


def test_a_server_on_this_machine_is_known_by_its_login_and_another_one_by_its_profile(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(town.folder))
    far = "postgresql://govdesk_app:{}@db.example.com:5432/govdesk"
    assert identity("Acme", far.format("one")) == identity("Acme", far.format("two")) == "Acme"
    assert identity("", far.format("one")) == "db.example.com:5432/govdesk"
    near = "postgresql://govdesk_app:{}@127.0.0.1:{}/govdesk"
    one = identity("Demo", near.format("word-of-one", 41000))
    assert one == identity("Demo", near.format("word-of-one", 42000))
    assert one != identity("Demo", near.format("word-of-two", 41000))
    assert "word-of-one" not in one
    monkeypatch.setenv("XDG_STATE_HOME", str(town.folder / "another device"))
    assert one != identity("Demo", near.format("word-of-one", 41000))
