"""The same message for programs and for each kind of chat, with nothing that a text could abuse."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from notifications.bridges.endpoints import dialects
from notifications.models import Message

NASTY = "<!channel> <https://evil.example|click> [me](https://evil.example) & <b>bold</b>"
DATA = {
    "subject": "A question is waiting for your decision",
    "body": "Due 24 November 2026.",
    "reason": "You get this because you are asked.",
    "action": "Open the question",
    "url": "https://exams.example/tasks/1/",
}


def written(dialect, **data):
    message = Message(
        id=UUID(int=7),
        type="notification.task_assigned",
        data={**DATA, **data},
        occurred_at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
    )
    return json.loads(dialects.body(message, dialect))


def test_programs_get_type_time_and_data():
    assert written("STANDARD") == {
        "type": "notification.task_assigned",
        "timestamp": "2026-11-21T09:30:00Z",
        "data": DATA,
    }


def test_slack_gets_blocks_and_a_text_for_the_notice():
    assert written("SLACK") == {
        "text": DATA["subject"],
        "unfurl_links": False,
        "blocks": [
            {
                "type": "section",
                "text": {"type": "mrkdwn", "text": f"*{DATA['subject']}*\n{DATA['body']}"},
            },
            {"type": "context", "elements": [{"type": "mrkdwn", "text": DATA["reason"]}]},
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "text": {"type": "plain_text", "text": DATA["action"]},
                        "url": DATA["url"],
                    }
                ],
            },
        ],
    }


def test_teams_gets_an_adaptive_card():
    sent = written("TEAMS")

    (attachment,) = sent["attachments"]
    assert sent["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert [each.get("text") for each in card["body"]] == [
        DATA["subject"],
        DATA["body"],
        DATA["reason"],
        None,
    ]
    assert card["body"][-1]["actions"] == [
        {"type": "Action.OpenUrl", "title": DATA["action"], "url": DATA["url"]}
    ]


def test_google_chat_gets_a_card():
    (card,) = written("GOOGLE_CHAT")["cardsV2"]

    (section,) = card["card"]["sections"]
    assert card["cardId"] == f"msg_{UUID(int=7)}"
    assert section["widgets"][-1] == {
        "buttonList": {
            "buttons": [{"text": DATA["action"], "onClick": {"openLink": {"url": DATA["url"]}}}]
        }
    }


def test_nothing_in_a_text_becomes_a_link_or_a_mention_in_slack():
    sent = written("SLACK", body=NASTY)["blocks"][0]["text"]["text"]

    assert "<" not in sent
    assert "&lt;!channel&gt;" in sent


def test_nor_in_teams():
    sent = written("TEAMS", body=NASTY)["attachments"][0]["content"]["body"][1]["text"]

    assert "\\[me\\]" in sent


def test_nor_in_google_chat():
    sent = written("GOOGLE_CHAT", body=NASTY)["cardsV2"][0]["card"]["sections"][0]["widgets"]

    assert sent[1]["textParagraph"]["text"].count("<") == 0


@pytest.mark.parametrize("dialect", ["SLACK", "TEAMS", "GOOGLE_CHAT"])
def test_a_fact_without_body_and_reason_has_no_empty_parts(dialect):
    sent = json.dumps(written(dialect, body="", reason=""))

    assert '"text": ""' not in sent
    assert "<i></i>" not in sent


@pytest.mark.parametrize(("dialect", "place"), [("SLACK", "blocks"), ("TEAMS", "attachments")])
def test_of_a_long_digest_a_chat_shows_the_first_and_how_many_more(dialect, place):
    many = [{**DATA, "subject": f"Subject {n}."} for n in range(20)]

    sent = json.dumps(written(dialect, notifications=many)[place])

    assert "Subject 14." in sent
    assert "Subject 15." not in sent
    assert "And 5 more" in sent


def test_a_long_text_stays_below_what_slack_takes():
    sent = written("SLACK", body="word " * 1000)["blocks"][0]["text"]["text"]

    assert len(sent) < 3000
