"""
What every verifier has to agree on, in files: tests/audit/vectors/*.json.

`python -m tests.audit.make_vectors` writes them; they come out the same each time. verify_audit.py
and the browser's page are held to the same files.
"""

import json
from pathlib import Path
from uuid import UUID

from audit.proof import merkle, notes, vault
from tests.audit import rfc9162
from tests.audit import test_merkle as known
from tests.audit import test_verify_exports as altered
from tests.audit.exports import BEGIN, ORIGIN, Signer, Trail, text

FOLDER = Path(__file__).parent / "vectors"


def tree():
    """Certificate Transparency's eight leaves, every proof of trees up to thirteen."""
    leaves = known.made(13)
    sizes = range(1, 14)
    return {
        "data": [leaf.hex() for leaf in known.LEAVES],
        "roots": known.ROOTS,
        "inclusion": [
            {
                "index": index,
                "size": size,
                "leaf": text(leaves[index]),
                "proof": [text(each) for each in rfc9162.path(index, leaves[:size])],
                "root": text(rfc9162.head(leaves[:size])),
            }
            for size in sizes
            for index in range(size)
        ],
        "consistency": [
            {
                "first": first,
                "second": second,
                "roots": [text(rfc9162.head(leaves[:size])) for size in (first, second)],
                "proof": [text(each) for each in rfc9162.proof(first, leaves[:second])],
            }
            for second in sizes
            for first in range(1, second + 1)
        ],
        "tiles": [
            {"start": start, "end": end, "tiles": [list(each) for each in merkle.tiles(start, end)]}
            for start in range(0, 40, 3)
            for end in range(start, 40, 7)
        ],
    }


def boxes():
    event = UUID("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
    person, other = bytes(range(32)), bytes(32)
    key = vault.box_key(person, event)
    values = {"/actor/label": "Zoë “Z” Åkesson 🎓", "/reason": "", "/detail/a~1b": [1, None, True]}
    box = vault.lock(key, values)
    spoilt = box[:-8] + ("AAAA" if box[-8:-4] != "AAAA" else "BBBB") + box[-4:]
    return {
        "event_id": str(event),
        "person_key": text(person),
        "cases": [
            {"name": "opens", "key": text(key), "box": box, "values": values},
            {"name": "another key", "key": text(vault.box_key(other, event)), "box": box},
            {"name": "a changed byte", "key": text(key), "box": spoilt},
            {"name": "too short", "key": text(key), "box": box[:40]},
            {"name": "no base64", "key": text(key), "box": "§"},
        ],
    }


def signed():
    trail, one, two = Trail(), Signer(1), Signer(2)
    head = trail.head(12)
    both = head + two.sign(head.partition("\n\n")[0] + "\n").rpartition("\n\n")[2]
    introduction = one.sign(notes.introduction_text(ORIGIN, two.key, BEGIN))
    cases = [
        ("a head", head, one, True),
        ("a head that two signed", both, one, True),
        ("a head that two signed, the other", both, two, True),
        ("an introduction", introduction, one, True),
        ("another key", head, two, False),
        ("another size", head.replace("\n12\n", "\n13\n"), one, False),
        ("no signature", head.partition("\n\n")[0] + "\n", one, False),
        ("no empty line", head.replace("\n\n", "\n"), one, False),
        ("a hyphen for the dash", head.replace("— ", "- "), one, False),
        ("nothing", "", one, False),
    ]
    return [
        {"name": name, "note": note, "vkey": str(signer.key), "verifies": verifies}
        for name, note, signer, verifies in cases
    ]


def receipts():
    trail, other = Trail(), Trail(signer=Signer(2))
    named = [
        ("the first", Trail(1).receipt(1), [], []),
        ("of seven", trail.receipt(7), [], []),
        ("in an earlier tree", trail.receipt(7, size=10), [], []),
        ("with the key that is trusted", trail.receipt(7), [trail.signer.key], []),
        ("a word changed", _with(trail, 7, body=_reworded(trail, 7)), [], ["proof.inclusion"]),
        ("another number", _with(trail, 7, sequence=8), [], ["proof.inclusion"]),
        ("a path too short", _with(trail, 7, proof=[]), [], ["proof.inclusion"]),
        ("a forged head", _with(trail, 7, note=other.head(12)), [], ["head.signature"]),
        ("a wrong key", _with(trail, 7, keys={"person:ben": text(bytes(32))}), [], ["box.key"]),
        ("signed by somebody else", other.receipt(7), [trail.signer.key], ["key.untrusted"]),
    ]
    return [
        {"name": name, "receipt": receipt, "trusted": [str(key) for key in keys], "codes": codes}
        for name, receipt, keys, codes in named
    ]


def _with(trail, entry, /, **changes):
    return {**trail.receipt(entry), **changes}


def _reworded(trail, sequence):
    return trail.bodies[sequence - 1].replace("APPROVED", "REJECTED")


def exports():
    sound = [
        _export(kind, Trail().export(kind.split()[0], **how), [])
        for kind, how in altered.SOUND.items()
    ]
    spoilt = []
    for alter, codes in altered.ALTERED:
        export = Trail().export()
        alter(export)
        spoilt.append(_export(alter.__name__.replace("_", " "), export, codes))
    return sound + spoilt


def _export(name, export, codes):
    files = {file: data.decode() for file, data in export.written().items()}
    return {"name": name, "files": files, "codes": codes}


EVERY = {
    "tree": tree,
    "boxes": boxes,
    "notes": signed,
    "receipts": receipts,
    "exports": exports,
}


def written(name):
    return json.dumps(EVERY[name](), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main():
    FOLDER.mkdir(exist_ok=True)
    for name in EVERY:
        (FOLDER / f"{name}.json").write_text(written(name), encoding="utf-8")


if __name__ == "__main__":
    main()
