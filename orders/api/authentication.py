"""Who is calling: a key, or somebody signed in. Either way `request.auth` is where they work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from config.kernel import clock
from orders.models import Membership, User
from orders.selectors import api_keys as keys
from orders.selectors import memberships
from orders.services import api_keys

if TYPE_CHECKING:
    # DRF reads these classes from settings while it makes its own.
    from rest_framework.views import APIView

SCHEME: Final = "bearer"
Memberships = tuple[Membership, ...]


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`: acts for the one membership the key was issued to."""

    def authenticate(self, request: Request) -> tuple[User, Memberships] | None:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME:
            return None
        key = keys.find_live(secret.strip()) if secret.strip() else None
        if key is None:
            raise AuthenticationFailed(_("This key opens nothing. It may have been revoked."))
        api_keys.touch(key, now=clock.now())
        return key.membership.user, (key.speaker,)

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002  # DRF's signature.
        return "Bearer"


class MemberSession(SessionAuthentication):
    """Somebody signed in on our pages, at every venue where they work; forgeries are refused."""

    def authenticate(self, request: Request) -> tuple[User, Memberships] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        user = found[0]
        assert isinstance(user, User)
        return user, memberships.list_for(user)


class IsMember(BasePermission):
    """Whoever works nowhere has no business here, whatever they ask for."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002  # DRF's signature.
        return bool(request.auth)
