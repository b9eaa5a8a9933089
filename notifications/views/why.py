"""Why somebody was told something, and what became of it on each channel."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from notifications.models import Notification
from notifications.selectors import Voice, explain_row, life_of, watchable


@require_safe
@never_cache
def why(request: PersonRequest, notification_id: int) -> HttpResponse:
    """For the recipient, from each event to each attempt at a message. Changes nothing."""
    told = get_object_or_404(Notification.objects.of(request.user.pk), pk=notification_id)
    context = {
        "told": told,
        "explained": explain_row(told, Voice.YOU),
        "life": life_of(told, Voice.YOU),
        "things": watchable(request.user, told.about),
    }
    return render(request, "notifications/why.html", context)
