"""The recorder runs by itself."""

from config.celery import app


def test_the_recorder_is_asked_every_second():
    (entry,) = [
        each for each in app.conf.beat_schedule.values() if each["task"] == "audit.seal_events"
    ]

    app.loader.import_default_modules()
    assert entry["schedule"] == 1.0
    assert entry["task"] in app.tasks
