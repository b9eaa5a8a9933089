"""Whether mails reach somebody, and their word that the address works again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import PersonRequest
from notifications import services
from notifications.models import MailTrouble


@require_safe
@never_cache
def mail_address(request: PersonRequest) -> HttpResponse:
    """What is known against this person's address, if anything is."""
    trouble = MailTrouble.objects.standing().filter(person=request.user).first()
    return render(request, "notifications/mail_address.html", {"trouble": trouble})


@require_POST
def mail_works(request: PersonRequest) -> HttpResponse:
    """Send mails to this person again."""
    services.mend_mail(person_id=request.user.pk, actor=request.user.as_actor())
    messages.success(request, "You get e-mails again from now on.")
    return redirect("notification-mail")
