import threading
import time
from queue import Empty

import pytest
from kombu import Connection, Producer

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


def consume(channel, *queues, prefetch=0):
    """What a worker gets that reads these queues."""
    taken = []
    channel.basic_qos(0, prefetch, False)
    for queue in queues:
        channel.queue_declare(queue)
        channel.basic_consume(queue, False, lambda message: taken.append(message.payload), queue)
    return taken


def test_one_look_brings_the_messages_of_all_queues_in_order(channel):
    taken = consume(channel, "tasks", "letters")
    for number, queue in enumerate(["tasks", "letters", "tasks"]):
        Producer(channel).publish({"number": number}, routing_key=queue)

    channel.drain_events()

    assert [payload["number"] for payload in taken] == [0, 1, 2]


def test_no_more_is_taken_than_a_worker_has_room_for(channel):
    taken = consume(channel, "tasks", prefetch=2)
    for number in range(3):
        Producer(channel).publish({"number": number}, routing_key="tasks")

    channel.drain_events()

    assert [payload["number"] for payload in taken] == [0, 1]
    assert channel._size("tasks") == 1


def test_an_empty_folder_is_seen_to_change(channel):
    taken = consume(channel, "tasks")
    time.sleep(0.06)  # old enough to be known as empty
    with pytest.raises(Empty):
        channel.drain_events()
    Producer(channel).publish({"number": 1}, routing_key="tasks")

    channel.drain_events()

    assert taken == [{"number": 1}]


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
