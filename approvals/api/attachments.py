"""Doors for files: bring one, look at it, fetch it."""

import uuid

from django.http import HttpResponse, HttpResponseRedirect
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import GenericViewSet

from approvals import services
from approvals.api.inputs import UploadSerializer, understood
from approvals.api.outputs import UploadedSerializer
from approvals.api.reading import caller
from approvals.bridges import files
from approvals.exceptions import AttachmentNotFound
from approvals.models import Attachment
from core.idempotency import idempotent
from core.parsers import FileParser


class Attachments(GenericViewSet[Attachment]):
    """Files: pictures and documents that belong to a question, or will."""

    queryset = Attachment.objects.none()
    serializer_class = UploadedSerializer
    parser_classes = (FileParser,)
    lookup_url_kwarg = "attachment_id"
    lookup_value_converter = "uuid"

    @extend_schema(
        request={"multipart/form-data": UploadSerializer}, responses={201: UploadedSerializer}
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """
        Upload a file, to name it in a question or a new version within a week.

        Pictures are kept without what cameras add to them: place, device, comments.
        """
        sent = understood(UploadSerializer, request.data)["file"]
        upload = services.upload_attachment(
            file_name=sent.name, data=sent.read(), actor=caller(request)
        )
        address = reverse("attachment-detail", [upload.pk], request=request)
        return Response(UploadedSerializer(upload).data, status=201, headers={"Location": address})

    def retrieve(self, request: Request, attachment_id: uuid.UUID) -> Response:
        """What is known of a file of a question you may read, or of one you brought."""
        return Response(UploadedSerializer(self._visible(request, attachment_id)).data)

    @extend_schema(
        responses={302: OpenApiResponse(description="The file is at `Location`, for a minute.")}
    )
    @action(detail=True)
    def content(self, request: Request, attachment_id: uuid.UUID) -> HttpResponse:
        """Lead on to the file itself, at an address that needs no token and lasts a minute."""
        address = files.private_address(self._visible(request, attachment_id))
        response = HttpResponseRedirect(request.build_absolute_uri(address))
        response["Cache-Control"] = "no-store"
        return response

    def _visible(self, request: Request, attachment_id: uuid.UUID) -> Attachment:
        visible = Attachment.objects.visible_to(caller(request)).with_file()
        found = visible.filter(pk=attachment_id).first()
        if found is None:
            raise AttachmentNotFound("There is no such file.")
        return found
