"""Checking the trail on the server: everything that is kept of it."""

from audit.services.checking.findings import CHECKS as CHECKS
from audit.services.checking.findings import Finding as Finding
from audit.services.checking.findings import Verification as Verification
from audit.services.checking.trail import check_trail as check_trail
