"""How the OpenAPI document describes who may call."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from orders.api.authentication import SCHEME, KeyAuthentication, MemberSession


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # Registers itself.
    """How the schema describes keys."""

    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002  # Its signature.
        return {"type": "http", "scheme": SCHEME, "description": "A key of one venue membership."}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # Registers itself.
    """How the schema describes the session of our own pages."""

    target_class = MemberSession
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002  # Its signature.
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
