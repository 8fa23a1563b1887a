"""Stripe's error bodies, so that the SDK raises the classes it would raise in earnest."""

from __future__ import annotations

from typing import Any, Final

DOCS: Final = "https://stripe.com/docs/error-codes/"


class ApiError(Exception):
    """An answer that is not a success; `keep` says that what was done until then stands."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        keep: bool = False,
        **fields: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.keep = keep
        self.fields = {"message": message, "type": kind, **fields}

    @property
    def body(self) -> dict[str, Any]:
        fields = {name: value for name, value in self.fields.items() if value is not None}
        if "code" in fields:
            fields["doc_url"] = DOCS + str(fields["code"]).replace("_", "-")
        return {"error": dict(sorted(fields.items()))}


def missing(what: str, object_id: str, *, param: str = "id") -> ApiError:
    message = f"No such {what}: '{object_id}'"
    return ApiError(404, message, code="resource_missing", param=param)


def bad_reference(what: str, object_id: str, param: str) -> ApiError:
    """Something named inside a request does not exist: that is a 400, not a 404."""
    message = f"No such {what}: '{object_id}'"
    return ApiError(400, message, code="resource_missing", param=param)


def unrecognised(method: str, path: str) -> ApiError:
    return ApiError(404, f"Unrecognized request URL ({method}: {path}).")


def unauthorised(message: str, *, code: str | None = None) -> ApiError:
    return ApiError(401, message, code=code)


def forbidden(message: str) -> ApiError:
    return ApiError(403, message)
