"""What proves the trail: heads, proofs, receipts, keys."""

import base64
import json
from collections.abc import Iterator
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from audit.api.proof_shapes import (
    ConsistencySerializer,
    InclusionSerializer,
    KeyListSerializer,
    ReceiptSerializer,
    ReceiptsSerializer,
    SealSerializer,
)
from audit.api.views import MayReadTrail
from audit.exceptions import BadSize, SealNotFound
from audit.models import Record, Seal
from audit.services import proving, receipts, signing
from core.errors import BadFilter

LARGEST = 2**63 - 1
RECORDS_AT_ONCE = 1000
_SIZE = OpenApiParameter(
    "size",
    int,
    description="The tree, by its number of entries; the newest signed one if left out.",
)


class Seals(ListAPIView[Seal]):
    """The signed heads, the largest first."""

    permission_classes = [IsAuthenticated, MayReadTrail]
    serializer_class = SealSerializer
    ordering = ("-size",)
    queryset = Seal.objects.all()

    @extend_schema(operation_id="list_audit_seals")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class LatestSeal(APIView):
    """The newest signed head."""

    permission_classes = [IsAuthenticated, MayReadTrail]

    @extend_schema(operation_id="read_latest_audit_seal", responses=SealSerializer)
    def get(self, request: Request) -> Response:
        return Response(SealSerializer(_seal(None)).data)


class OneSeal(APIView):
    """The signed head over so many entries."""

    permission_classes = [IsAuthenticated, MayReadTrail]

    @extend_schema(operation_id="read_audit_seal", responses=SealSerializer)
    def get(self, request: Request, size: int) -> Response:
        return Response(SealSerializer(_seal(size)).data)


class Inclusion(APIView):
    """The path from an entry's leaf to the root of a signed tree (RFC 9162, 2.1.3.1)."""

    permission_classes = [IsAuthenticated, MayReadTrail]

    @extend_schema(
        operation_id="prove_audit_inclusion",
        parameters=[
            OpenApiParameter("sequence", int, required=True, description="The entry."),
            _SIZE,
        ],
        responses=InclusionSerializer,
    )
    def get(self, request: Request) -> Response:
        sequence = _number(request, "sequence")
        seal = _seal(_number(request, "size") if "size" in request.query_params else None)
        if sequence > seal.size:
            raise BadSize(f"The tree has {seal.size} entries.", field="sequence")
        (path,) = proving.inclusion([sequence], seal.size)
        leaf = Record.objects.values_list("leaf", flat=True).get(pk=sequence)
        return Response(
            {
                "sequence": sequence,
                "leaf": _text(bytes(leaf)),
                "proof": [_text(each) for each in path],
                "note": seal.note,
            }
        )


class Consistency(APIView):
    """The proof that one tree is the beginning of another (RFC 9162, 2.1.4.1)."""

    permission_classes = [IsAuthenticated, MayReadTrail]

    @extend_schema(
        operation_id="prove_audit_consistency",
        parameters=[
            OpenApiParameter("first", int, required=True, description="The smaller tree's size."),
            OpenApiParameter("second", int, required=True, description="The larger tree's size."),
        ],
        responses=ConsistencySerializer,
    )
    def get(self, request: Request) -> Response:
        first, second = _number(request, "first"), _number(request, "second")
        newest = _seal(None).size
        if second > newest:
            raise BadSize(f"The newest signed tree has {newest} entries.", field="second")
        if first > second:
            raise BadSize("The first tree is the smaller one.", field="first")
        proof = proving.consistency(first, second)
        return Response(
            {"first": first, "second": second, "proof": [_text(each) for each in proof]}
        )


class Records(APIView):
    """The records from a place on, as lines of an export, so that others can keep a copy."""

    permission_classes = [IsAuthenticated, MayReadTrail]

    @extend_schema(
        operation_id="read_audit_records",
        parameters=[
            OpenApiParameter("after", int, required=True, description="The last entry known; 0."),
        ],
        responses={
            (200, "application/x-ndjson"): OpenApiResponse(
                OpenApiTypes.STR,
                description="Up to 1,000 lines as in entries.jsonl of an export, without keys.",
            )
        },
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        after = _number(request, "after", least=0)
        rows = Record.objects.filter(
            sequence__gt=after, sequence__lte=after + RECORDS_AT_ONCE
        ).order_by("sequence")
        return StreamingHttpResponse(_lines(rows), content_type="application/x-ndjson")


class Receipt(APIView):
    """One entry with all that proves it, to be kept and verified offline."""

    @extend_schema(operation_id="read_audit_receipt", responses=ReceiptSerializer)
    def get(self, request: Request, sequence: int) -> Response:
        if sequence > LARGEST:
            raise BadSize("No entry has such a number.", field="sequence")
        return Response(receipts.receipt(sequence=sequence, person=_person(request)))


class Receipts(APIView):
    """The receipts of an event, or of a task's decisions, the oldest first."""

    @extend_schema(
        operation_id="find_audit_receipts",
        parameters=[
            OpenApiParameter("event_id", UUID, description="The entry's event id."),
            OpenApiParameter("task_id", UUID, description="The task that was decided."),
        ],
        responses=ReceiptsSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = {name: _uuid(request, name) for name in ("event_id", "task_id")}
        if list(asked.values()).count(None) != 1:
            raise BadFilter("Say either event_id or task_id.", field="event_id")
        found = receipts.decisions(person=_person(request), **asked)
        made = [receipts.receipt(sequence=each, person=_person(request)) for each in found]
        return Response({"results": made})


class Keys(APIView):
    """The public keys that sign or signed the trail. For everybody who may call the API."""

    @extend_schema(operation_id="list_audit_keys", responses=KeyListSerializer)
    def get(self, request: Request) -> Response:
        return Response({"origin": settings.AUDIT_ORIGIN, "keys": signing.key_list()})


def _person(request: Request) -> User:
    return cast(User, request.user)


def _seal(size: int | None) -> Seal:
    """The head of this size, or the newest. Raises SealNotFound."""
    seals = Seal.objects.order_by("-size")
    found: Seal | None = (seals if size is None else seals.filter(pk=min(size, LARGEST))).first()
    if found is None:
        raise SealNotFound(
            "No head has been signed yet." if size is None else f"No head of {size} was signed."
        )
    return found


def _number(request: Request, name: str, *, least: int = 1) -> int:
    text = request.query_params.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= LARGEST):
        raise BadSize(f"{name} is a whole number from {least} on.", field=name)
    return int(text)


def _uuid(request: Request, name: str) -> UUID | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise BadFilter(f"{name} is a UUID.", field=name) from None


def _lines(rows: Any) -> Iterator[str]:
    for row in rows.iterator():
        said = {"body": row.body} if row.body else {"leaf": _text(row.leaf)}
        yield json.dumps({"sequence": row.sequence, **said}, ensure_ascii=False) + "\n"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
