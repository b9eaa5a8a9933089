"""The program that verifies what was handed over, for everybody to fetch."""

from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from audit import verify_audit

PROGRAM = Path(verify_audit.__file__)


@login_not_required
@require_safe
def program(request: HttpRequest) -> FileResponse:
    """verify_audit.py itself. A regulator need not sign in for it."""
    return FileResponse(PROGRAM.open("rb"), as_attachment=True, filename=PROGRAM.name)
