"""Take in what a form sends, however often it is sent."""

import json
from decimal import Decimal
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from accounts.models import User
from aiqueries.models import Query
from aiqueries.services.asking import ask_query


def ask_query_once(
    *,
    form_id: UUID,
    prompt: str,
    actor: User,
    customer_id: UUID | None = None,
    question_id: UUID | None = None,
    model: str = "",
    max_cost: Decimal | None = None,
) -> Query:
    """
    As ask_query, but the same again by the same person from the same form is one query.

    `form_id` was made with the empty form. What was changed in it meanwhile is another query: who
    goes back and asks something else gets another answer.
    """
    said = [str(actor.pk), prompt, str(customer_id), str(question_id), model, str(max_cost)]
    query_id = uuid5(form_id, json.dumps(said))
    asked = Query.objects.filter(pk=query_id, owner=actor)
    if earlier := asked.first():
        return earlier
    try:
        with transaction.atomic():
            return ask_query(
                query_id=query_id,
                prompt=prompt,
                actor=actor,
                customer_id=customer_id,
                question_id=question_id,
                model=model,
                max_cost=max_cost,
            )
    except IntegrityError:  # the other one came first
        return asked.get()
