import threading
from queue import Empty

import pytest
from kombu import Connection

from config import broker


@pytest.fixture
def channel(tmp_path):
    """A channel of the worker's kind, on a folder of its own."""
    folder = tmp_path / "queue"
    folder.mkdir()
    options = {"data_folder_in": str(folder), "data_folder_out": str(folder)}
    options["control_folder"] = str(tmp_path / "control")
    with Connection(transport=broker.Transport, transport_options=options) as connection:
        yield connection.channel()


def test_what_is_put_in_comes_out_in_order(channel):
    for number in range(5):
        channel._put("tasks", {"number": number})

    assert [channel._get("tasks")["number"] for _ in range(5)] == [0, 1, 2, 3, 4]


def test_another_queues_messages_stay(channel):
    channel._put("letters", {"text": "hello"})

    with pytest.raises(Empty):
        channel._get("tasks")
    assert channel._get("letters") == {"text": "hello"}


def test_a_message_is_never_seen_half_written(channel):
    text = "x" * 100_000
    writer = threading.Thread(
        target=lambda: [channel._put("tasks", {"text": text}) for _ in range(300)]
    )
    writer.start()

    seen = []
    while len(seen) < 300:
        try:
            seen.append(channel._get("tasks")["text"])
        except Empty:
            continue

    writer.join()
    assert set(seen) == {text}
