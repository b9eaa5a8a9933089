"""verify_audit.py on exports: sound ones, and what somebody may have done to one."""

import json
import zipfile
from datetime import timedelta

import pytest

from audit import verify_audit
from audit.proof import notes
from tests.audit.exports import BEGIN, ORIGIN, Signer, Trail, text, to_folder, to_zip


@pytest.fixture
def verify(tmp_path, capsys):
    """Verify these files; return the exit status and what it says as JSON."""

    def run(files, *arguments, folder=False):
        target = (
            to_folder(files, tmp_path / "export")
            if folder
            else to_zip(files, tmp_path / "export.zip")
        )
        return told(target, *arguments)

    def told(*arguments):
        status = verify_audit.main([*map(str, arguments), "--json", "--jobs", "1"])
        return status, json.loads(capsys.readouterr().out)

    run.told = told
    return run


def codes(said):
    return sorted(said["counts"])


SOUND = {
    "whole": {},
    "range": {"first": 4, "last": 9},
    "range to the end": {"first": 7},
    "segment": {"first": 1, "last": 10, "with_keys": False},
    "selection": {"chosen": [2, 5, 12]},
}


@pytest.mark.parametrize("kind", SOUND)
@pytest.mark.parametrize("folder", [False, True], ids=["zip", "folder"])
def test_a_sound_export_is_proved(verify, kind, folder):
    files = Trail().export(kind.split()[0], **SOUND[kind]).written()

    status, said = verify(files, folder=folder)

    assert (status, said["result"], said["findings"]) == (0, "proved", [])


@pytest.mark.parametrize("size", range(1, 18))
def test_trails_of_every_small_size_are_proved(verify, size):
    assert verify(Trail(size, every=1).export().written())[0] == 0


@pytest.mark.parametrize(("first", "last"), [(1, 1), (2, 2), (3, 8), (5, 17), (16, 17), (17, 17)])
def test_ranges_from_anywhere_to_anywhere_are_proved(verify, first, last):
    files = Trail(17).export("range", first=first, last=last).written()

    assert verify(files)[0] == 0


def test_several_processes_say_the_same(verify, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(verify_audit, "PORTION", 4096)
    target = to_zip(Trail(40).export().written(), tmp_path / "export.zip")

    status = verify_audit.main([str(target), "--json", "--jobs", "2"])

    assert status == 0
    assert (
        "40 entries, numbered 1 to 40 without a gap"
        in json.loads(capsys.readouterr().out)["proved"]
    )


def test_archived_entries_are_there_by_their_hash(verify):
    trail = Trail()
    export = trail.export()
    for place in range(4):
        export.lines[place] = {"sequence": place + 1, "leaf": text(trail.leaves[place])}

    status, said = verify(export.written())

    assert status == 0
    assert any("of 4 entries only the hash is here" in remark for remark in said["remarks"])


# What somebody may do who can have everything signed anew but the heads that are out already.


def change_a_word(export):
    line = export.lines[6]
    line["body"] = line["body"].replace("APPROVED", "REJECTED")


def drop_one(export):
    del export.lines[6]


def drop_one_and_count_again(export):
    drop_one(export)
    export.manifest["count"] -= 1


def drop_the_last(export):
    del export.lines[-1]
    export.manifest.update(count=11, last=11)


def swap_two(export):
    export.lines[3], export.lines[4] = export.lines[4], export.lines[3]


def renumber_two(export):
    swap_two(export)
    for place in (3, 4):
        export.lines[place]["sequence"] = place + 1


def put_one_twice(export):
    export.lines.insert(5, export.lines[5])


def add_one(export):
    export.lines.append({**export.lines[-1], "sequence": 13})


def put_another_root(export):
    export.manifest["head"] = export.trail.signer.sign(
        notes.Head(ORIGIN, 12, bytes(32), BEGIN + timedelta(hours=1)).text
    )


def forge_a_seal(export):
    export.seals[1] = {"note": export.trail.head(10, Signer(2))}


def seal_another_origin(export):
    stranger = Signer(1, "other.example/audit")
    export.seals[1] = {"note": stranger.sign(export.trail.head(10).partition("\n\n")[0] + "\n")}


def shuffle_seals(export):
    export.seals.reverse()


def forge_all(export):
    export.signer = Signer(2)


def give_a_wrong_key(export):
    export.lines[2]["keys"] = dict.fromkeys(export.lines[2]["keys"], "A" * 43 + "=")


def give_a_key_to_nothing(export):
    export.lines[2]["keys"]["person:nobody"] = "A" * 43 + "="


def take_a_key_away(export):
    export.lines[2]["keys"].popitem()


def give_keys_where_there_are_none(export):
    export.manifest["with_keys"] = False


def break_a_line(export):
    export.lines[4] = b'{"sequence": 5, "body": \n'


def say_a_member_twice(export):
    export.lines[4] = json.dumps(export.lines[4]).replace("{", '{"sequence": 5, ', 1).encode()
    export.lines[4] += b"\n"


def leave_the_head_out(export):
    del export.manifest["head"]


def say_it_is_whole(export):
    export.manifest["head"] = export.trail.head(10)


def lose_a_tile(export):
    export.manifest["before"] = ["A" * 43 + "="]


ALTERED = [
    (change_a_word, ["tree.root"]),
    (drop_one, ["entry.gap", "manifest.count"]),
    (drop_one_and_count_again, ["manifest.malformed"]),
    (drop_the_last, ["manifest.whole"]),
    (swap_two, ["entry.gap"]),
    (renumber_two, ["entry.sequence", "tree.root"]),
    (put_one_twice, ["entry.gap", "entry.twice", "manifest.count"]),
    (add_one, ["entry.gap", "entry.sequence", "manifest.count"]),
    (put_another_root, ["head.contradiction", "tree.root"]),
    (forge_a_seal, ["head.signature"]),
    (seal_another_origin, ["head.signature"]),
    (shuffle_seals, ["head.order"]),
    (forge_all, ["manifest.signature"]),
    (give_a_wrong_key, ["box.key"]),
    (give_a_key_to_nothing, ["box.key"]),
    (take_a_key_away, ["box.unexplained"]),
    (give_keys_where_there_are_none, ["entry.malformed"]),
    (break_a_line, ["entry.gap", "entry.malformed", "manifest.count"]),
    (say_a_member_twice, ["entry.gap", "entry.malformed", "manifest.count"]),
    (leave_the_head_out, ["head.signature"]),
    (say_it_is_whole, ["manifest.malformed"]),
    (lose_a_tile, ["tree.tiles"]),
]


@pytest.mark.parametrize(
    ("alter", "expected"), ALTERED, ids=lambda each: getattr(each, "__name__", "")
)
def test_what_was_altered_is_named(verify, alter, expected):
    export = Trail().export()
    alter(export)

    status, said = verify(export.written())

    assert (status, codes(said)) == (1, expected)


@pytest.mark.parametrize("name", ["entries.jsonl", "seals.jsonl", "manifest.json", "manifest.sig"])
def test_a_file_that_is_missing_is_named(verify, name):
    files = Trail().export().written()
    del files[name]

    status, said = verify(files)

    assert status == 1
    assert f"{name} is not there." in [each["text"] for each in said["findings"]]


def test_a_manifest_that_was_touched_is_noticed(verify):
    files = Trail().export().written()
    files["manifest.json"] = files["manifest.json"].replace(b'"vera"', b'"asha"')

    assert codes(verify(files)[1]) == ["manifest.signature"]


def test_a_file_that_was_touched_afterwards_is_noticed(verify):
    files = Trail().export().written()
    files["seals.jsonl"] += files["seals.jsonl"].splitlines(keepends=True)[-1]

    assert codes(verify(files)[1]) == ["file.changed", "head.order"]


def test_the_first_altered_stretch_is_named(verify):
    export = Trail().export()
    change_a_word(export)

    (finding,) = verify(export.written())[1]["findings"]

    assert "something among 6 to 10 was altered" in finding["text"]


def test_an_entry_of_a_selection_that_is_not_in_the_tree_is_named(verify):
    export = Trail().export("selection", chosen=[2, 5, 12])
    export.lines[1]["body"] = export.lines[1]["body"].replace("APPROVED", "REJECTED")

    assert codes(verify(export.written())[1]) == ["proof.inclusion"]


# Keys


def test_a_trusted_key_proves_more(verify):
    trail = Trail()

    status, said = verify(trail.export().written(), "--key", trail.signer.key)

    assert status == 0
    assert "All signatures are of the key that you trust, or one it introduced" in said["proved"]


def test_a_trail_that_somebody_else_signed_is_not_believed(verify):
    files = Trail(signer=Signer(2)).export().written()

    status, said = verify(files, "--key", Signer(1).key)

    assert (status, set(codes(said))) == (1, {"key.untrusted"})


def rotated(introduced_by):
    """A trail that another key signs, with what the first key is said to have signed for it."""
    old, new = Signer(1), Signer(2)
    trail = Trail(signer=new)
    note = introduced_by.sign(notes.introduction_text(ORIGIN, new.key, BEGIN))
    trail.keys_listed = [Trail.listed(old), Trail.listed(new, note)]
    return trail


def test_a_key_that_a_trusted_one_introduced_is_trusted(verify):
    assert verify(rotated(Signer(1)).export().written(), "--key", Signer(1).key)[0] == 0


def test_a_key_that_introduced_itself_is_not(verify):
    status, said = verify(rotated(Signer(2)).export().written(), "--key", Signer(1).key)

    assert status == 1
    assert "key.introduction" in codes(said)


def test_an_introduction_of_another_key_is_not_one(verify):
    trail = rotated(Signer(1))
    note = Signer(1).sign(notes.introduction_text(ORIGIN, Signer(3).key, BEGIN))
    trail.keys_listed[1]["introduction"] = note

    assert "key.introduction" in codes(verify(trail.export().written())[1])


# Heads that left the building


def heads_file(tmp_path, *heads):
    path = tmp_path / "heads.jsonl"
    path.write_text("".join(json.dumps({"note": head}) + "\n" for head in heads))
    return path


def test_heads_that_left_the_building_are_compared(verify, tmp_path):
    trail = Trail()
    heads = heads_file(tmp_path, trail.head(3), trail.head(10))

    status, said = verify(trail.export().written(), "--heads", heads)

    assert status == 0
    assert "2 heads that left the building are beginnings of this trail" in said["proved"]


def test_a_head_in_a_mail_will_do(verify, tmp_path):
    trail = Trail()
    mail = tmp_path / "mail.txt"
    mail.write_text(f"Hello Vera,\r\n\r\nkeep this:\n\n{trail.head(3)}\n\nImprimatur\n")

    assert verify(trail.export().written(), "--heads", mail)[0] == 0


def test_a_past_that_was_rewritten_and_signed_again_is_found(verify, tmp_path):
    before, after = Trail(), Trail()
    after.bodies[2] = after.bodies[2].replace("APPROVED", "REJECTED")
    heads = heads_file(tmp_path, before.head(5))

    status, said = verify(after.export().written(), "--heads", heads)

    assert (status, codes(said)) == (1, ["head.contradiction", "tree.root"])


def test_entries_that_were_taken_away_at_the_end_are_found(verify, tmp_path):
    shorter = Trail(10)
    shorter.head = lambda size, at=None: Trail.head(
        shorter, size, at=BEGIN + timedelta(minutes=size + 20)
    )
    heads = heads_file(tmp_path, Trail(12).head(12))

    status, said = verify(shorter.export().written(), "--heads", heads)

    assert status == 1
    assert "head.rollback" in codes(said)


def test_a_head_of_later_cannot_be_judged(verify, tmp_path):
    heads = heads_file(tmp_path, Trail(12).head(12))

    status, said = verify(Trail(10).export().written(), "--heads", heads)

    assert (status, said["result"]) == (3, "unjudged")


def test_a_head_of_before_a_range_cannot_be_judged(verify, tmp_path):
    trail = Trail()
    heads = heads_file(tmp_path, trail.head(3))

    status, said = verify(trail.export("range", first=7).written(), "--heads", heads)

    assert (status, said["result"]) == (3, "unjudged")


def test_a_forged_head_is_not_believed(verify, tmp_path):
    heads = heads_file(tmp_path, Trail(signer=Signer(2)).head(5))

    status, said = verify(Trail().export().written(), "--heads", heads)

    assert (status, codes(said)) == (1, ["head.signature"])


# Erasure and time


def test_a_box_whose_key_was_destroyed_is_explained(verify):
    trail = Trail()
    gone = ["person:asha"]
    trail.bodies[-1] = trail.body(12, action="audit.keys_erased", detail={"names": gone})
    trail.erased = set(gone)

    status, said = verify(trail.export().written())

    assert status == 0
    assert "1 keys are gone, as erasures on record say" in said["proved"]


def test_a_person_who_was_erased_is_explained(verify):
    trail = Trail()
    trail.bodies[-1] = trail.body(12, action="accounts.person_erased", detail={"user_id": "asha"})
    trail.erased = {"person:asha"}

    assert verify(trail.export().written())[0] == 0


def test_a_box_that_is_withheld_needs_no_explanation(verify):
    export = Trail().export()
    name, _ = export.lines[2]["keys"].popitem()
    export.lines[2]["withheld"] = [name]

    assert verify(export.written())[0] == 0


@pytest.mark.parametrize(("minutes", "code"), [(-60, "time.backdated"), (60, "time.postdated")])
def test_an_entry_that_lies_about_its_time_is_named(verify, minutes, code):
    trail = Trail()
    said = notes.moment(BEGIN + timedelta(minutes=8 + minutes))
    trail.bodies[7] = trail.body(8, recorded_at=said)

    assert codes(verify(trail.export().written())[1]) == [code]


def test_an_event_that_was_recorded_twice_is_named(verify):
    trail = Trail()
    trail.bodies[7] = trail.body(8, event_id=str(trail.event(6)))

    assert "entry.twice" in codes(verify(trail.export(with_keys=False).written())[1])


def test_no_other_key_opens_a_box_to_something_else(verify):
    """A box that two keys open: possible with GCM alone, so the box commits to its key."""
    export = Trail().export()
    keys = export.lines[2]["keys"]
    first, second = sorted(keys)
    keys[first], keys[second] = keys[second], keys[first]

    assert codes(verify(export.written())[1]) == ["box.key"]


# Doors


def test_it_tells_people(tmp_path, capsys):
    target = to_zip(Trail().export().written(), tmp_path / "export.zip")

    status = verify_audit.main([str(target)])

    said = capsys.readouterr().out
    assert status == 0
    assert "✓ 12 entries, numbered 1 to 12 without a gap" in said
    assert "PROVED. Nothing was altered, dropped or put in since it was signed." in said
    assert "What this does not prove:" in said


@pytest.mark.parametrize("content", [b"", b"{}", b"PK", b"[]", b"\xff", b"not json"])
def test_a_file_that_is_no_export_is_not_judged_sound(tmp_path, capsys, content):
    (tmp_path / "file").write_bytes(content)

    assert verify_audit.main([str(tmp_path / "file")]) in (1, 2)


@pytest.mark.parametrize(
    "arguments", [["nowhere"], [".", "--key", "x"], [".", "--heads", "nowhere"]]
)
def test_what_cannot_be_asked_is_said(capsys, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)

    assert verify_audit.main(arguments) == 2
    assert capsys.readouterr().err


def test_a_zip_with_a_name_twice_is_refused(tmp_path, capsys):
    path = to_zip(Trail().export().written(), tmp_path / "export.zip")
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as packed:
        packed.writestr("entries.jsonl", b"")

    assert verify_audit.main([str(path)]) == 1
    assert "entries.jsonl is twice there" in capsys.readouterr().out


def test_words_of_others_play_no_tricks_with_the_terminal(tmp_path, capsys):
    receipt = Trail().receipt(3)
    receipt["keys"]["\x1b[2Jperson"] = ""
    (tmp_path / "receipt.json").write_text(json.dumps(receipt))

    verify_audit.main([str(tmp_path / "receipt.json")])

    assert "\x1b" not in capsys.readouterr().out
