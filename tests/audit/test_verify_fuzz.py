"""Whatever verify_audit.py is given, it names what is wrong and never falls over."""

import json
import random

import pytest

from audit import verify_audit
from tests.audit.exports import Trail, to_folder, to_zip

ODD = [
    None,
    True,
    0,
    -1,
    2**63,
    10**400,
    1.5,
    "",
    "x",
    "\ud800",
    "=" * 44,
    "A" * 43 + "=",
    [],
    [[]],
    {},
    {"sealed": "person:asha"},
    [None] * 100,
]
NAMES = ["entries.jsonl", "seals.jsonl", "manifest.json", "manifest.sig"]


def run(path, capsys):
    """The status, and what was found; never a traceback."""
    status = verify_audit.main([str(path), "--json", "--jobs", "1"])
    out, err = capsys.readouterr()
    found = [each["code"] for each in json.loads(out)["findings"]] if status != 2 else [err]
    assert "unforeseen" not in found
    return status, found


def bitten(data, chance):
    """The bytes with some changed, left out, or put in."""
    data = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 8])):
        place = chance.randrange(len(data))
        how = chance.randrange(4)
        if how == 0:
            data[place] ^= 1 << chance.randrange(8)
        elif how == 1:
            del data[place : place + chance.randrange(1, 40)]
        elif how == 2:
            data[place:place] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 9)))
        else:
            data = data[:place] + data[place // 2 :]
    return bytes(data)


def places(value, way=()):
    """The way to everything in a JSON value."""
    yield way
    if isinstance(value, dict | list):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for name, part in parts:
            yield from places(part, (*way, name))


def with_something_odd(value, chance):
    """The value with one part of it replaced."""
    value = json.loads(json.dumps(value))
    *way, last = chance.choice([way for way in places(value) if way])
    part = value
    for step in way:
        part = part[step]
    if chance.random() < 0.2:
        del part[last]
    else:
        part[last] = chance.choice(ODD)
    return value


@pytest.mark.parametrize("seed", range(60))
def test_bitten_files_are_not_believed(tmp_path, capsys, seed):
    chance = random.Random(seed)
    files = Trail().export().written()
    name = chance.choice(NAMES[:3])
    before, files[name] = files[name], bitten(files[name], chance)

    status, found = run(to_folder(files, tmp_path / "export"), capsys)

    assert status == 1 or files[name] == before, found


@pytest.mark.parametrize("seed", range(60))
def test_bitten_signatures_do_not_make_it_fall_over(tmp_path, capsys, seed):
    chance = random.Random(seed)
    files = Trail().export().written()
    files["manifest.sig"] = bitten(files["manifest.sig"], chance)

    run(to_folder(files, tmp_path / "export"), capsys)


@pytest.mark.parametrize("seed", range(120))
def test_bitten_zips_do_not_make_it_fall_over(tmp_path, capsys, seed):
    chance = random.Random(seed)
    path = to_zip(Trail(6).export().written(), tmp_path / "export.zip")
    path.write_bytes(bitten(path.read_bytes(), chance))

    run(path, capsys)


@pytest.mark.parametrize("seed", range(150))
def test_odd_manifests_do_not_make_it_fall_over(tmp_path, capsys, seed):
    chance = random.Random(seed)
    kind = chance.choice(["whole", "range", "selection"])
    chosen = {"selection": {"chosen": [2, 5]}, "range": {"first": 4, "last": 9}}
    export = Trail().export(kind, **chosen.get(kind, {}))
    export.manifest = with_something_odd(export.manifest, chance)

    run(to_folder(export.written(), tmp_path / "export"), capsys)


@pytest.mark.parametrize("seed", range(150))
def test_odd_lines_do_not_make_it_fall_over(tmp_path, capsys, seed):
    chance = random.Random(seed)
    export = Trail(6).export()
    lines = chance.choice([export.lines, export.seals])
    place = chance.randrange(len(lines))
    lines[place] = with_something_odd(lines[place], chance)
    if chance.random() < 0.1:
        lines[place] = chance.choice(ODD)
    lines[place] = json.dumps(lines[place]).encode() + b"\n"

    run(to_folder(export.written(), tmp_path / "export"), capsys)


@pytest.mark.parametrize("seed", range(150))
def test_odd_records_do_not_make_it_fall_over(tmp_path, capsys, seed):
    """Such as a server might have sealed: the tree is right, and what is in it is not."""
    chance = random.Random(seed)
    trail = Trail(6)
    record = with_something_odd(json.loads(trail.bodies[2]), chance)
    keys = trail.keys(3)
    trail.bodies[2] = json.dumps(record, separators=(",", ":"), sort_keys=True)
    trail.keys = lambda sequence: keys if sequence == 3 else Trail.keys(trail, sequence)
    receipt = trail.receipt(3)
    (tmp_path / "receipt.json").write_text(json.dumps(receipt))

    run(to_folder(trail.export().written(), tmp_path / "export"), capsys)
    run(tmp_path / "receipt.json", capsys)


@pytest.mark.parametrize("seed", range(150))
def test_odd_receipts_do_not_make_it_fall_over(tmp_path, capsys, seed):
    chance = random.Random(seed)
    trail = Trail(6)
    receipt = with_something_odd(trail.receipt(3), chance)
    (tmp_path / "receipt.json").write_text(json.dumps(receipt))

    status, _ = run(tmp_path / "receipt.json", capsys)

    assert status != 0 or receipt["body"] == trail.bodies[2]


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000, '{"a": 1' + "0" * 10_000 + "}"])
def test_deep_and_long_json_does_not_make_it_fall_over(tmp_path, capsys, text):
    export = Trail(3).export()
    export.lines[1] = text.encode() + b"\n"
    (tmp_path / "receipt.json").write_text(text)

    assert run(to_folder(export.written(), tmp_path / "export"), capsys)[0] == 1
    assert run(tmp_path / "receipt.json", capsys)[0] == 1


def test_a_line_without_an_end_is_refused(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(verify_audit, "LONGEST_LINE", 10_000)
    monkeypatch.setattr(verify_audit, "PORTION", 1000)
    export = Trail(3).export()
    export.lines[1] = b"x" * 50_000 + b"\n"

    status, found = run(to_folder(export.written(), tmp_path / "export"), capsys)

    assert status == 1
    assert "file.unreadable" in found
