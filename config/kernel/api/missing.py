"""The end of the API's addresses: whatever lies under `/api/` and is no call of ours."""

from __future__ import annotations

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.views import APIView


class NoSuchAddress(APIView):
    """Whatever lies under `/api/` and is no call: 404 as JSON, signed in or not."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound
