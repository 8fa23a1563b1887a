"""A small mail server on loopback that takes mails, or refuses them as it is told to."""

from __future__ import annotations

import socketserver
import threading
from collections import deque
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default


class Server(socketserver.ThreadingTCPServer):
    """`refusals` holds, for recipients and for texts, what to answer next instead of 250."""

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mails: list[Message] = []
        self.connections = 0
        self.refuse_recipient: deque[str] = deque()
        self.refuse_text: deque[str] = deque()

    @property
    def port(self):
        return self.server_address[1]


class Conversation(socketserver.StreamRequestHandler):
    """One client from greeting to QUIT."""

    server: Server

    def handle(self):
        self.server.connections += 1
        self.say("220 tests")
        while line := self.rfile.readline():
            command = line.decode().strip().upper()
            if command.startswith("QUIT"):
                self.say("221 bye")
                return
            self.answer(command)

    def answer(self, command):
        if command.startswith("RCPT") and self.server.refuse_recipient:
            self.say(self.server.refuse_recipient.popleft())
        elif command == "DATA":
            self.take_text()
        else:
            self.say("250 ok")

    def take_text(self):
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        if self.server.refuse_text:
            self.say(self.server.refuse_text.popleft())
            return
        self.server.mails.append(message_from_bytes(b"".join(lines), policy=default))
        self.say("250 taken")

    def say(self, answer):
        self.wfile.write(f"{answer}\r\n".encode())


@contextmanager
def running():
    """The server, listening on a port of its own."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
