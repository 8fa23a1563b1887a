"""The front door: every address of the sandbox, and the room it leads to."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from payments.sandbox import api, control, errors, hosted
from payments.sandbox.machine import ConnectionDropped, Machine

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class App:
    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        try:
            with self._machine.busy():
                response = self._respond(request)
            return response(environ, start_response)
        except ConnectionDropped:
            _hang_up(environ)
            raise ConnectionResetError from None

    def _respond(self, request: Request) -> Response:
        match request.path.split("/")[1]:
            case "v1" | "v2":
                return api.respond(self._machine, request)
            case "c":
                return hosted.respond(self._machine, request)
            case "_sandbox":
                return control.respond(self._machine, request)
            case "healthz":
                return Response("ok", mimetype="text/plain")
            case _:
                error = errors.unrecognised(request.method, request.path)
                return Response(error.args[0], 404, mimetype="text/plain")


def _hang_up(environ: WSGIEnvironment) -> None:
    """The caller sees a connection that ends in the middle of nothing."""
    connection = environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
