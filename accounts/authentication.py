"""How programs sign in to the API."""

from rest_framework import HTTP_HEADER_ENCODING
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiToken, User
from accounts.services import digest_of


class ApiTokenAuthentication(BaseAuthentication):
    """
    `Authorization: Bearer …`, RFC 6750.

    One query finds the token, the person and the roles. A second one notes the use, at most once
    a minute. An unknown, expired or revoked token and a deactivated person all get the same 401.
    """

    scheme = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, secret = _credentials(request)
        if scheme.lower() != self.scheme.lower():
            return None
        token = ApiToken.objects.usable().with_person().filter(digest=digest_of(secret)).first()
        if token is None:
            raise AuthenticationFailed(
                "The token is unknown, expired or revoked.", code="invalid_token"
            )
        token.note_use()
        return token.person(), token

    def authenticate_header(self, request: Request) -> str:
        return f'{self.scheme} realm="imprimatur"'


def _credentials(request: Request) -> tuple[str, str, str]:
    header = get_authorization_header(request).decode(HTTP_HEADER_ENCODING)
    scheme, blank, secret = header.partition(" ")
    return scheme, blank, secret.strip()
