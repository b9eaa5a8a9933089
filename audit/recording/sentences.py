"""Events in words: the sentence and the subject of an entry."""

from collections.abc import Iterable, Mapping
from typing import Any

# One sentence an event. Fields of the event stand in braces; a name missing here still reads.
SENTENCES = {
    "approvals.request_submitted": "{actor} asked for approval of “{question_title}”.",
    "approvals.task_assigned": "“{question_title}” was given out for a decision.",
    "approvals.task_claimed": "{actor} claimed “{question_title}”.",
    "approvals.task_released": "{actor} released “{question_title}”.",
    "approvals.task_reassigned": "{actor} gave “{question_title}” to another assessor{because}.",
    "approvals.assessor_away": "{actor} is away, and nobody can stand in for “{question_title}”.",
    "approvals.absence_announced": "{actor} said when somebody is away and who stands in.",
    "approvals.absence_ended": "{actor} said that somebody is back, or does not leave.",
    "approvals.task_decided": "{actor} {verdict} “{question_title}”.",
    "approvals.first_view_recorded": "{actor} recorded a first view of a question, to be judged.",
    "approvals.task_expired": "The time to decide “{question_title}” ran out.",
    "approvals.task_reminder_due": "Those asked were reminded that “{question_title}” is due soon.",
    "approvals.task_overdue": "“{question_title}” is overdue for a decision.",
    "approvals.revision_requested": "A new version of “{question_title}” was asked for.",
    "approvals.question_created": "{actor} wrote “{question_title}”.",
    "approvals.question_revised": "{actor} wrote version {version} of “{question_title}”.",
    "approvals.question_marked": "{actor} marked “{question_title}” {secure}.",
    "approvals.question_seen": "{actor} read version {version} of “{question_title}”.",
    "approvals.request_cancelled": "{actor} withdrew the request for “{question_title}”.",
    "approvals.request_closed": "The request for “{question_title}” {status}.",
    "approvals.request_reopened": "The request for “{question_title}” goes on: its workflow "
    "was taken up again.",
    "approvals.repair_made": "“{title}” was repaired: {kind}.",
    "approvals.repair_parked": "“{title}” needs somebody to see to it: {kind}.",
    "approvals.repair_retried": "{actor} had “{title}” looked at again: {kind}.",
    "approvals.repair_put_aside": "{actor} put a trouble of “{title}” aside: {kind}.",
    "approvals.import_resumed": "The import of a file was taken up again.",
    "approvals.policy_saved": "{actor} saved the policy “{policy_name}”.",
    "approvals.attachment_uploaded": "{actor} uploaded a file to attach it.",
    "approvals.attachments_changed": (
        "{actor} changed the attachments of “{question_title}” in version {version}."
    ),
    "approvals.import_uploaded": "{actor} uploaded a file for import.",
    "approvals.import_confirmed": "{actor} confirmed the import of a file.",
    "approvals.import_discarded": "{actor} discarded the import of a file.",
    "approvals.questions_imported": "{actor} imported {imported} questions from a file.",
    "workflows.message_sent": "The workflow {execution} sent a message to {queue}.",
    "workflows.stop_requested": "{actor} had the workflow {execution} stopped.",
    "workflows.execution_ended": "The workflow {execution} ended: {status}.",
    "outbox.deliveries_replayed": "{actor} had dead deliveries tried again.",
    # What the other service says of it is its free text, which goes into a box.
    "audit.reported": "{actor}: {action}.",
    "audit.trail_checked": "{actor} had entries {first} to {last} of the trail checked.",
    "audit.tamper_drill_held": "{actor} held a tamper drill: {found} of {tried} were found.",
    "audit.sealing_key_added": "Another key was named to sign the audit trail.",
    "audit.access_refused": "{actor} was refused {method} {route}: {code}.",
    "audit.call_refused": "{actor} was refused {method} {route}: {code}.",
    "audit.call_failed": "A request of {actor} failed: {method} {route}, {error}.",
    "audit.trail_read": "{actor} read in the audit trail: {place}.",
    "audit.export_asked": "{actor} asked for an export of the audit trail.",
    "audit.export_finished": "An export of {count} entries was written.",
    "audit.export_failed": "An export of the audit trail failed: {reason}",
    "audit.export_downloaded": "{actor} fetched {file} of an export.",
    "audit.export_expired": "An export can no longer be fetched: {reason}.",
    "audit.stream_created": "{actor} has entries sent to “{stream_name}”.",
    "audit.stream_changed": "{actor} changed what is sent to “{stream_name}”, or where.",
    "audit.stream_paused": "Sending to “{stream_name}” was paused. {reason}",
    "audit.stream_resumed": "{actor} resumed sending to “{stream_name}”.",
    "audit.stream_secret_rotated": "{actor} gave “{stream_name}” a new secret.",
    "audit.stream_tested": "{actor} sent “{stream_name}” a test: {answer}",
    "audit.stream_removed": "{actor} removed “{stream_name}”: nothing is sent there any more.",
    "audit.hold_placed": "{actor} placed a legal hold on {what}.",
    "audit.hold_released": "{actor} released the legal hold on {what}.",
    "audit.segment_archived": "Entries {first} to {last} went to the archive.",
    "audit.head_mailed": "The head over {size} entries went out by mail to {readers} people.",
    "outbox.message_given_up": "A message on {queue} was set aside: {reason}",
    "outbox.dead_messages_redriven": "{actor} put set-aside messages back on {queue}.",
    "outbox.dead_messages_dropped": "{actor} threw away set-aside messages of {queue}.",
    "notifications.mail_broke": "Mails to somebody end: {kind}.",
    "notifications.mail_mended": "{actor} said that mail to somebody works again.",
    "notifications.list_changed": "What changed in lists was due on AWS IoT.",
    "notifications.handed_in": "The service {source} had somebody notified.",
    "notifications.taken_back": "The service {source} took a notification back.",
    "notifications.email_due": "An e-mail fell due: {kind}.",
    "notifications.chat_due": "A message in chat fell due.",
    "notifications.webhook_due": "A message by webhook fell due.",
    "notifications.message_due": "A message to an endpoint fell due.",
    "notifications.endpoint_created": "{actor} has messages sent to “{endpoint_name}”, {shown}.",
    "notifications.endpoint_changed": "{actor} changed what is sent to “{endpoint_name}”, or "
    "where.",
    "notifications.endpoint_secret_rotated": "{actor} gave “{endpoint_name}” a new secret.",
    "notifications.endpoint_switched_on": "{actor} switched “{endpoint_name}” on.",
    "notifications.endpoint_switched_off": "{actor} switched “{endpoint_name}” off.",
    "notifications.endpoint_given_up": "Nothing is sent to “{endpoint_name}” any more. {reason}",
    "notifications.endpoint_tested": "{actor} had a test sent to “{endpoint_name}”.",
    "notifications.endpoint_removed": "{actor} removed “{endpoint_name}”: nothing is sent there "
    "any more.",
    "notifications.messages_resent": "{actor} had {count} messages to “{endpoint_name}” sent "
    "again.",
    "notifications.digest_due": "A digest fell due {channel}.",
    "notifications.delivery_failed": "A message {channel} was given up: {answer}",
    "notifications.traces_read": "{actor} looked up what people were told, and why.",
    "notifications.preferences_changed": "{actor} changed how they are notified.",
    "notifications.default_set": "{actor} set how everybody is notified {channel} of: {kind}.",
    "notifications.default_removed": "{actor} dropped what was set {channel} of: {kind}.",
    "notifications.thing_watched": "{actor} watches a question or somebody’s work.",
    "notifications.thing_muted": "{actor} muted a question or somebody’s work.",
    "notifications.watch_ended": (
        "{actor} no longer watches or mutes a question or somebody’s work."
    ),
    "notifications.unsubscribed": "{actor} stopped e-mails of a kind by the link in one.",
    "notifications.resubscribed": "{actor} has e-mails of a kind sent again.",
    "aiqueries.query_asked": "{actor} asked a model something.",
    "aiqueries.query_seen": "{actor} read what somebody else had asked a model.",
    "aiqueries.query_sent": "A query went to {provider}/{model}: {size} bytes, SHA-256 "
    "{input_digest}.",
    "aiqueries.query_answered": "{provider}/{model} answered a query for {cost} US dollars.",
    "aiqueries.query_failed": "A query ended without an answer. {reason}",
    "aiqueries.query_cancelled": "{actor} cancelled a query.",
    "aiqueries.query_expired": "A query had no answer in time.",
    "aiqueries.budget_nearly_spent": "{per_cent} % of a budget for AI queries is spent: {spent} "
    "of {amount} US dollars.",
    "aiqueries.budget_spent": "A budget for AI queries is spent: {amount} US dollars.",
    "aiqueries.price_set": "{actor} set what {provider}/{model} costs: {input_per_million} US "
    "dollars for a million tokens sent, {output_per_million} for those answered.",
    "aiqueries.budget_set": "{actor} set a budget for AI queries to {amount} US dollars.",
    "aiqueries.budget_closed": "{actor} closed a budget for AI queries: it limits nothing.",
    "aiqueries.sending_policy_set": "{actor} set what may leave for AI providers, and that texts "
    "are kept for {keep_text_days} days.",
    "aiqueries.prompt_written": "{actor} wrote version {version} of the prompt {prompt}.",
    "aiqueries.prompt_chosen": "{actor} put version {version} of the prompt {prompt} to use.",
    "aiqueries.texts_forgotten": "Texts of {queries} AI queries were dropped for their age.",
    "audit.keys_erased": "{actor} had keys of the trail destroyed, for a person who was erased.",
    "audit.search_saved": "{actor} saved a search of the audit trail.",
    "audit.search_shared": "{actor} shared a search of the audit trail.",
    "audit.search_kept_private": "{actor} stopped sharing a search of the audit trail.",
    "audit.search_deleted": "{actor} deleted a search of the audit trail.",
    "audit.search_restored": "{actor} took back that a search of the audit trail was deleted.",
    "accounts.signed_in": "{actor} signed in.",
    "accounts.signed_out": "{actor} signed out.",
    "accounts.sign_in_failed": "A sign-in failed.",
    "accounts.person_renamed": "{actor} changed somebody’s name.",
    "accounts.shortcuts_switched": "{actor} switched single-key shortcuts {on}.",
    "accounts.password_changed": "{actor} changed a password.",
    "accounts.person_added": "{actor} added somebody who may sign in.",
    "accounts.person_erased": "{actor} had a person erased.",
    "accounts.access_changed": "{actor} changed somebody’s access.",
    "accounts.group_created": "{actor} created the group “{group_name}”.",
    "accounts.group_renamed": "{actor} renamed the group “{former_name}” to “{group_name}”.",
    "accounts.group_deleted": "{actor} deleted the group “{group_name}”.",
    "accounts.groups_changed": "{actor} changed somebody’s groups.",
    "accounts.token_created": "{actor} created an API token.",
    "accounts.token_revoked": "{actor} revoked an API token.",
}
_REPAIRS = {
    "LOST_START": "its workflow had never started",
    "ENDED_UNHEARD": "its workflow had ended unheard",
    "LOST_TOKEN": "a message of its workflow was lost",
    "UNDELIVERED": "its workflow had not heard of a decision",
    "LEFT_RUNNING": "its workflow was left running",
    "REDRIVEN": "its workflow was taken up again",
    "LOST_RECORD": "the record of its workflow was lost",
    "DIVERGED": "its workflow knows more than we do",
    "STALLED_IMPORT": "its import stood still",
}
_CHANNELS = {
    "IN_APP": "in the product",
    "EMAIL": "by e-mail",
    "CHAT": "in chat",
    "WEBHOOK": "by webhook",
}
_WORDS = {
    "audit.trail_read": {
        "audit": "the list",
        "audit-entry": "an entry",
        "audit-thing": "the history of a thing",
        "audit-request": "everything in one request",
        "audit-coverage": "what is recorded",
        "audit-proof": "how it is proved",
        "audit-drill": "the tamper drill",
        "audit-receipt": "a receipt",
        "audit-receipt-file": "a receipt",
        "audit-exports": "the exports",
        "audit-streams": "the streams",
        "audit-stream": "a stream",
        "audit-holds": "the legal holds",
    },
    "approvals.question_marked": {"True": "as secure", "False": "as not secure"},
    "accounts.shortcuts_switched": {"True": "on", "False": "off"},
    "approvals.repair_made": _REPAIRS,
    "approvals.repair_parked": _REPAIRS,
    "approvals.repair_retried": _REPAIRS,
    "approvals.repair_put_aside": _REPAIRS,
    "approvals.task_reassigned": {"AWAY": ", being away"},
    "approvals.task_decided": {
        "APPROVED": "approved",
        "REJECTED": "rejected",
        "CHANGES_REQUESTED": "asked for changes to",
    },
    "approvals.request_closed": {
        "APPROVED": "ended with approval",
        "REJECTED": "ended with rejection",
        "EXPIRED": "ended undecided: its time ran out",
        "FAILED": "ended by a fault of the workflow",
    },
    "notifications.email_due": {
        "TASK_ASSIGNED": "a question waits for a decision",
        "TASK_PASSED_ON": "a question was passed on",
        "ASSESSOR_AWAY": "an assessor is away",
        "TASK_FREE_AGAIN": "a question is free for its group again",
        "TASK_REMINDER": "a decision is due soon",
        "TASK_OVERDUE": "a decision is overdue",
        "REVISION_REQUESTED": "a question needs a new version",
        "REQUEST_WITHDRAWN": "a request was withdrawn",
        "REQUEST_CLOSED": "a request has an outcome",
    },
    "notifications.mail_broke": {
        "BOUNCED": "they come back",
        "COMPLAINED": "one was reported as unwanted",
    },
    "notifications.digest_due": _CHANNELS,
    "notifications.default_set": _CHANNELS,
    "notifications.default_removed": _CHANNELS,
    "notifications.delivery_failed": _CHANNELS,
}

# The fields that say what an event is about, the nearest first.
_SUBJECTS = {
    "hold_id": "hold",
    "price_id": "price",
    "budget_id": "budget",
    "sending_policy_id": "sending-policy",
    "task_id": "task",
    "token_id": "token",
    "request_id": "request",
    "question_id": "question",
    "import_id": "import",
    "attachment_id": "attachment",
    "policy_id": "policy",
    "notification_id": "notification",
    "digest_id": "digest",
    "endpoint_id": "endpoint",
    "execution": "execution",
    "default_id": "notification-default",
    "user_id": "user",
    "group_id": "group",
    "message_id": "message",
    "repair_id": "repair",
    "export_id": "export",
    "stream_id": "stream",
    "search_id": "search",
}
# Where the nearest would mislead.
_SUBJECT_OF = {"approvals.question_revised": "question_id"}


_PEOPLE = {*("requester_id", "assessor_id", "from_assessor_id", "to_assessor_id", "substitute_id")}

REPORTED = "audit.reported"


def kind_in_field(field: str) -> str:
    """What kind of thing a field with an id names; empty where the name does not tell."""
    return "user" if field in _PEOPLE else _SUBJECTS.get(field, "")


def action(name: str, payload: Mapping[str, Any]) -> str:
    """What an entry is filed under: the event's name, and for a report the other service's own."""
    return f"{payload['source']}:{payload['action']}" if name == REPORTED else name


# Of rows that changed without an event that tells of it.
_CHANGES = {
    "INSERT": "{actor} added a row to {table}.",
    "UPDATE": "{actor} changed a row of {table}: {fields}.",
    "DELETE": "{actor} deleted a row of {table}.",
    "TRUNCATE": "{actor} emptied the table {table}.",
}


def change_sentence(operation: str, *, actor: str, table: str, fields: Iterable[str]) -> str:
    """What became of a row, in a sentence."""
    return _CHANGES[operation].format(actor=actor, table=table, fields=", ".join(sorted(fields)))


def sentence(action: str, *, actor: str, payload: Mapping[str, Any]) -> str:
    """What happened, in a sentence that reads without any other table."""
    template = SENTENCES.get(action)
    if template is None:
        return f"{actor}: {action.rpartition('.')[2].replace('_', ' ')}."
    return template.format_map(_Words(action, payload, actor))


def subject(action: str, payload: Mapping[str, Any]) -> tuple[str, str]:
    """The kind and id of the thing that it happened to; two empty strings when there is none."""
    if "object_kind" in payload:
        return payload["object_kind"], payload["object_id"]
    fields = [_SUBJECT_OF[action]] if action in _SUBJECT_OF else _SUBJECTS
    for field in fields:
        if payload.get(field):
            return _SUBJECTS[field], str(payload[field])[:255]
    return "", ""


def links(action: str, payload: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every thing that the event names, as (kind, id): whose histories it belongs to."""
    found = {subject(action, payload)}
    for field, kind in _SUBJECTS.items():
        found.add((kind, str(payload.get(field) or "")[:255]))
    for field, value in payload.items():
        if field in _PEOPLE and isinstance(value, str):
            found.add(("user", value))
    return sorted((kind, thing) for kind, thing in found if thing)


def _spoken(action: str) -> str:
    return action.replace(".", " ").replace("_", " ")


class _Words(dict[str, Any]):
    """The event's fields, as they read in a sentence; a missing one is a blank."""

    def __init__(self, action: str, payload: Mapping[str, Any], actor: str) -> None:
        super().__init__(payload, actor=actor)
        self._words = _WORDS.get(action, {})

    def __getitem__(self, field: str) -> Any:
        value = super().get(field, "")
        if field in ("verdict", "status", "kind", "on", "place", "channel", "because", "secure"):
            return self._words.get(str(value), value)
        if field == "action":
            return _spoken(str(value))
        return value
