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
    """`refusals` holds, for recipients and for texts, what to answer next instead of 250.

    `stall` names the place at which it falls silent: "greeting" before it says a word, "answer"
    after it has taken a text; `stalled` is set when that happens. `hang_up` closes the connection
    after the next text, without an answer.
    """

    allow_reuse_address = daemon_threads = True

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), Conversation)
        self.mails: list[Message] = []
        self.connections = 0
        self.refuse_recipient: deque[str] = deque()
        self.refuse_text: deque[str] = deque()
        self.stall, self.stalled, self.go_on = "", threading.Event(), threading.Event()
        self.hang_up = False

    @property
    def port(self):
        return self.server_address[1]


class Conversation(socketserver.StreamRequestHandler):
    """One client from greeting to QUIT."""

    server: Server
    is_over = False

    def handle(self):
        self.server.connections += 1
        if self.falls_silent("greeting"):
            return
        self.say("220 tests")
        while line := self.rfile.readline():
            command = line.decode().strip().upper()
            if command.startswith("QUIT"):
                self.say("221 bye")
                return
            self.answer(command)
            if self.is_over:
                return

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
        if self.server.hang_up:
            self.server.hang_up, self.is_over = False, True
            return
        if self.falls_silent("answer"):
            self.is_over = True
            return
        self.say("250 taken")

    def falls_silent(self, place):
        if self.server.stall != place:
            return False
        self.server.stalled.set()
        self.server.go_on.wait(30)
        return True

    def say(self, answer):
        self.wfile.write(f"{answer}\r\n".encode())


@contextmanager
def running(port=0):
    """The server, listening on a port of its own."""
    with Server(port) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
