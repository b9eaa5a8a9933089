"""The page that verifies: a real browser finds a receipt or an export proved, or not."""

import json

import pytest

from tests.audit.exports import Signer, Trail, to_folder, to_zip
from tests.browser import DESKTOP, PHONE, accessibility_findings, keep_picture

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PROVED = "Proved: nothing of it was altered"
OPEN = "Nothing is wrong, but not all could be judged"
WRONG = "Something is wrong"
NO_KEY = "Nobody but the server says that its key is the right one: no key of yours was given."


@pytest.fixture
def trail():
    return Trail()


@pytest.fixture
def verify(open_browser, tmp_path):
    """Choose files on the page, without a network from then on; return what the page says."""

    def run(files, *, trusted="", heads="", **screen):
        page = open_browser(**screen)
        page.goto("/audit/verify/")
        page.wait_for_load_state("networkidle")
        page.context.set_offline(True)
        if trusted or heads:
            page.get_by_text("What you know from elsewhere").click()
            page.get_by_label("Key that you trust").fill(trusted)
            page.get_by_label("Heads that you kept").fill(heads)
        page.locator("#files").set_input_files(files)
        page.locator("#result").wait_for()
        return page

    return run


def verdict(page):
    return page.locator("#verdict b").inner_text()


def said(page, where):
    return page.locator(f"#{where} li").all_inner_texts()


def written(receipt, tmp_path):
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(receipt, ensure_ascii=False))
    return path


def test_a_receipt_is_proved_with_a_key_that_the_reader_trusts(verify, trail, tmp_path):
    page = verify(written(trail.receipt(7), tmp_path), trusted=str(trail.signer.key))

    assert verdict(page) == PROVED
    assert "Comment 7 über “§”/~." in page.locator("#record dl").inner_text()
    assert "Ben approved “Which gas law?”." in page.locator("#record dl").inner_text()


def test_a_receipt_alone_is_proved_as_far_as_the_key_is_right(verify, trail, tmp_path):
    page = verify(written(trail.receipt(7), tmp_path))

    assert verdict(page) == PROVED
    assert said(page, "open") == [NO_KEY]


@pytest.mark.parametrize("sequence", [1, 2, 8, 9, 12])
def test_every_place_in_the_tree_is_proved(verify, trail, tmp_path, sequence):
    page = verify(written(trail.receipt(sequence), tmp_path), trusted=str(trail.signer.key))

    assert verdict(page) == PROVED


def test_a_changed_record_is_found(verify, trail, tmp_path):
    receipt = trail.receipt(7)
    receipt["body"] = receipt["body"].replace("APPROVED", "REJECTED")

    page = verify(written(receipt, tmp_path), trusted=str(trail.signer.key))

    assert verdict(page) == WRONG
    assert said(page, "wrong") == [
        "The record is not what was entered as number 7: the proof leads to another root."
    ]


def test_a_receipt_under_another_number_is_found(verify, trail, tmp_path):
    page = verify(
        written({**trail.receipt(7), "sequence": 8}, tmp_path), trusted=str(trail.signer.key)
    )

    assert verdict(page) == WRONG


def test_a_head_signed_with_a_key_that_is_not_trusted_is_found(verify, tmp_path):
    foreign = Trail(signer=Signer(seed=2))

    page = verify(written(foreign.receipt(7), tmp_path), trusted=str(Signer().key))

    assert verdict(page) == WRONG
    assert "The head is not signed with a key that is trusted here." in said(page, "wrong")


def test_a_box_with_another_key_is_found(verify, trail, tmp_path):
    receipt = trail.receipt(7)
    receipt["keys"] = {name: trail.keys(8)["person:asha"] for name in receipt["keys"]}

    page = verify(written(receipt, tmp_path), trusted=str(trail.signer.key))

    assert verdict(page) == WRONG
    assert len(said(page, "wrong")) == 2


def test_a_withheld_box_stays_closed_and_is_told(verify, trail, tmp_path):
    receipt = trail.receipt(7)
    del receipt["keys"]["person:ben"]

    page = verify(
        written({**receipt, "withheld": ["person:ben"]}, tmp_path), trusted=str(trail.signer.key)
    )

    assert verdict(page) == PROVED
    assert "Somebody approved" in page.locator("#record dl").inner_text()


def test_a_member_that_stands_twice_is_refused(verify, trail, tmp_path):
    trail.bodies[6] = trail.bodies[6].replace("{", '{"outcome":"REJECTED",', 1)

    page = verify(written(trail.receipt(7), tmp_path), trusted=str(trail.signer.key))

    assert verdict(page) == WRONG
    assert said(page, "wrong") == ["The record: “outcome” stands there twice."]


def test_a_head_that_was_kept_and_contradicts_is_found(verify, trail, tmp_path):
    forked = Trail(signer=trail.signer)
    forked.bodies[3] = forked.body(4, outcome="REJECTED")

    page = verify(
        written(trail.receipt(7), tmp_path), trusted=str(trail.signer.key), heads=forked.head(12)
    )

    assert said(page, "wrong") == [
        "The head over 12 entries that you kept contradicts what is here."
    ]


def test_an_export_in_a_zip_is_proved(verify, trail, tmp_path):
    path = to_zip(trail.export().written(), tmp_path / "export.zip")

    page = verify(path, trusted=str(trail.signer.key), heads=trail.head(5))

    assert verdict(page) == PROVED
    assert "12 entries, number 1 to 12 without a gap, hash to the head that was signed." in said(
        page, "checked"
    )
    assert "The head over 5 entries that you kept fits." in said(page, "checked")


def test_the_files_of_an_export_are_proved_together(verify, trail, tmp_path):
    folder = to_folder(trail.export().written(), tmp_path / "export")

    page = verify(list(folder.iterdir()), trusted=str(trail.signer.key))

    assert verdict(page) == PROVED


@pytest.mark.parametrize(("first", "last"), [(1, 5), (3, 7), (8, 12), (6, 6)])
def test_a_range_is_proved_with_the_hashes_around_it(verify, trail, tmp_path, first, last):
    files = trail.export("range", first=first, last=last).written()

    page = verify(to_zip(files, tmp_path / "range.zip"), trusted=str(trail.signer.key))

    assert verdict(page) == PROVED


def test_a_selection_proves_what_is_in_it_and_not_what_is_missing(verify, trail, tmp_path):
    files = trail.export("selection", chosen=(2, 5, 11)).written()

    page = verify(to_zip(files, tmp_path / "some.zip"), trusted=str(trail.signer.key))

    assert verdict(page) == OPEN
    assert said(page, "open") == [
        "This is a selection: nothing can prove that its filter left nothing out."
    ]


def test_an_entry_missing_from_an_export_is_found(verify, trail, tmp_path):
    export = trail.export()
    del export.lines[4]

    page = verify(to_zip(export.written(), tmp_path / "e.zip"), trusted=str(trail.signer.key))

    assert said(page, "wrong") == ["The entries: entry 5 should come here, but 6 does."]


def test_a_changed_entry_of_an_export_is_found_by_every_seal_after_it(verify, trail, tmp_path):
    export = trail.export()
    export.lines[6]["body"] = export.lines[6]["body"].replace("APPROVED", "REJECTED")

    page = verify(to_zip(export.written(), tmp_path / "e.zip"), trusted=str(trail.signer.key))

    assert "The first 10 entries are not those that were sealed." in said(page, "wrong")
    assert "The first 12 entries are not those that were sealed." in said(page, "wrong")


def test_a_file_that_is_not_the_manifests_is_found(verify, trail, tmp_path):
    files = trail.export().written()
    files["seals.jsonl"] += b"\n"

    page = verify(to_zip(files, tmp_path / "e.zip"), trusted=str(trail.signer.key))

    assert said(page, "wrong") == ["seals.jsonl is not the file that the manifest speaks of."]


def test_something_else_is_told_to_be_something_else(verify, tmp_path):
    path = tmp_path / "notes.json"
    path.write_text('{"a": 1}')

    page = verify(path)

    assert said(page, "wrong") == ["The check: this is neither a receipt nor an export"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1360", "390"])
def test_everybody_can_use_the_page(verify, trail, tmp_path, size, scheme):
    receipt = trail.receipt(7)
    page = verify(written(receipt, tmp_path), viewport=size, scheme=scheme)

    keep_picture(page, f"audit-verify-{size['width']}-{scheme}")

    page.context.set_offline(False)
    assert accessibility_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
