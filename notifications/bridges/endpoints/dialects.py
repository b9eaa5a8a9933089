"""
A message as each kind of receiver wants it: pure, and the same on every try.

Standard Webhooks: https://github.com/standard-webhooks/standard-webhooks
Slack: https://api.slack.com/messaging/webhooks and its Block Kit
Teams: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors (adaptive cards)
Google Chat: https://developers.google.com/workspace/chat/quickstart/webhooks (cards, version 2)
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from notifications.models import Endpoint, Message

MOST_IN_CHAT = 15  # notifications of a digest that are written out
_LONGEST = 600  # characters of a text in chat

Written = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Item:
    """One notification in words."""

    subject: str
    body: str
    reason: str
    url: str
    action: str


def body(message: Message, dialect: str) -> bytes:
    """What is sent, in UTF-8."""
    written = _DIALECTS[Endpoint.Format(dialect)](message)
    return json.dumps(written, ensure_ascii=False, separators=(",", ":")).encode()


def _standard(message: Message) -> Written:
    return {
        "type": message.type,
        "timestamp": _moment(message.occurred_at),
        "data": message.data,
    }


def _slack(message: Message) -> Written:
    blocks: list[Written] = []
    for item in _items(message):
        words = f"*{_plain(item.subject)}*"
        if item.body:
            words += f"\n{_plain(item.body)}"
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": words}})
        if item.reason:
            reason = {"type": "mrkdwn", "text": _plain(item.reason)}
            blocks.append({"type": "context", "elements": [reason]})
        button = {
            "type": "button",
            "text": {"type": "plain_text", "text": item.action},
            "url": item.url,
        }
        blocks.append({"type": "actions", "elements": [button]})
    return {"text": _plain(_subject(message)), "blocks": blocks, "unfurl_links": False}


def _teams(message: Message) -> Written:
    written: list[Written] = []
    for item in _items(message):
        written.append(_block(item.subject, weight="Bolder", size="Medium"))
        if item.body:
            written.append(_block(item.body))
        if item.reason:
            written.append(_block(item.reason, isSubtle=True, size="Small"))
        action = {"type": "Action.OpenUrl", "title": item.action, "url": item.url}
        written.append({"type": "ActionSet", "actions": [action]})
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": _subject(message),
        "body": written,
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


def _block(text: str, **look: Any) -> Written:
    """Adaptive cards read a little Markdown, of which the brackets of links would be abused."""
    harmless = text.replace("[", "\\[").replace("]", "\\]")
    return {"type": "TextBlock", "text": harmless, "wrap": True, **look}


def _google_chat(message: Message) -> Written:
    sections: list[Written] = []
    for item in _items(message):
        widgets: list[Written] = [{"textParagraph": {"text": f"<b>{escape(item.subject)}</b>"}}]
        if item.body:
            widgets.append({"textParagraph": {"text": escape(item.body)}})
        if item.reason:
            widgets.append({"textParagraph": {"text": f"<i>{escape(item.reason)}</i>"}})
        button = {"text": item.action, "onClick": {"openLink": {"url": item.url}}}
        widgets.append({"buttonList": {"buttons": [button]}})
        sections.append({"widgets": widgets})
    card = {"cardId": message.public_id, "card": {"sections": sections}}
    return {"fallbackText": _subject(message), "cardsV2": [card]}


_DIALECTS: Mapping[Endpoint.Format, Callable[[Message], Written]] = {
    Endpoint.Format.STANDARD: _standard,
    Endpoint.Format.SLACK: _slack,
    Endpoint.Format.TEAMS: _teams,
    Endpoint.Format.GOOGLE_CHAT: _google_chat,
}


def _items(message: Message) -> Iterator[Item]:
    """The notifications that a chat shows; of a long digest the first, and how many more."""
    told = message.data.get("notifications")
    if told is None:
        yield _item(message.data)
        return
    yield from map(_item, told[:MOST_IN_CHAT])
    if len(told) > MOST_IN_CHAT:
        yield _item({**message.data, "subject": f"And {len(told) - MOST_IN_CHAT} more"})


def _item(data: Mapping[str, Any]) -> Item:
    return Item(
        subject=data["subject"],
        body=str(data.get("body", ""))[:_LONGEST],
        reason=data.get("reason", ""),
        url=data["url"],
        action=data.get("action", "Open it"),
    )


def _subject(message: Message) -> str:
    return str(message.data["subject"])


def _plain(text: str) -> str:
    """Text in which Slack finds no links, mentions or channels."""
    return escape(text, quote=False)


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
