"""Short ways through an import, and what is in the files."""

from approvals import services
from outbox.models import Event

HEADER = "question,a,b,answer,subject\n"
CAPITAL = "What is the capital of Portugal?,Lisbon,Porto,A,Geography\n"
SUM = "What is 1 + 1?,2,3,A,Maths\n"
WRONG = "Who?,Ben,Ben,A,\n"


def upload(actor, text=HEADER + CAPITAL, name="questions.csv", **given):
    return services.upload_questions(file_name=name, data=text.encode(), actor=actor, **given)


def check(kept):
    services.check_import(import_id=kept.pk)
    kept.refresh_from_db()
    return kept


def confirm(kept, actor, **given):
    return services.confirm_import(import_id=kept.pk, actor=actor, **given)


def take_in(kept, actor):
    confirm(kept, actor)
    return services.import_checked_rows(import_id=kept.pk, actor=actor.as_actor())


def rows_of(kept):
    rows = kept.rows.order_by("id")
    return [(row.line, row.status, row.code, row.reason) for row in rows]


def events(name):
    return [event.payload for event in Event.objects.filter(name=f"approvals.{name}")]
