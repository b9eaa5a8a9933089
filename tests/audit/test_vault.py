import base64
from uuid import UUID

import pytest

from audit.proof import vault

EVENT = UUID("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
KEY = vault.box_key(bytes(range(32)), EVENT)
VALUES = {"/actor/label": "Asha Rao"}


def test_a_box_opens_with_its_key():
    assert vault.unlock(KEY, vault.lock(KEY, VALUES)) == VALUES


def test_a_box_refuses_another_events_key():
    other = vault.box_key(bytes(range(32)), UUID(int=1))

    with pytest.raises(vault.WrongKey):
        vault.unlock(other, vault.lock(KEY, VALUES))


@pytest.mark.parametrize("place", [0, 31, 32, -1])
def test_a_box_with_a_changed_byte_does_not_open(place):
    locked = bytearray(base64.b64decode(vault.lock(KEY, VALUES)))
    locked[place] ^= 1

    with pytest.raises(vault.WrongKey):
        vault.unlock(KEY, base64.b64encode(locked).decode())


def test_a_box_says_which_key_locked_it():
    first = base64.b64decode(vault.lock(KEY, VALUES))
    second = base64.b64decode(vault.lock(KEY, {"/reason": "No."}))

    assert first[:32] == second[:32]
    assert first[:32] != KEY
