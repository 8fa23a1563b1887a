"""Who moves next: actors on threads of their own, of whom only one moves at a time."""

from __future__ import annotations

import threading

PATIENCE = 60.0
GLANCE = 0.005


class Baton:
    """Hands the turn from actor to actor, as the dice say.

    An actor may have to wait for a row that another one holds. `is_blocked` tells by its name; such
    a one is left where it is until the holder has let go, and then moves on to its next pause. So
    the order of everything depends on the dice alone.
    """

    def __init__(self, dice, *, is_blocked):
        self._dice, self._is_blocked = dice, is_blocked
        self._changed = threading.Condition()
        self._alive, self._ready, self._chosen = set(), set(), None

    def play(self, actors):
        """Run the actors, functions by name, to their ends; what one of them raised is raised."""
        faults = []
        self._alive = set(actors)
        threads = [
            threading.Thread(target=self._run, args=(act, faults), name=name, daemon=True)
            for name, act in actors.items()
        ]
        for thread in threads:
            thread.start()
        self._conduct()
        for thread in threads:
            thread.join(PATIENCE)
        if faults:
            raise faults[0]

    def pause(self):
        """Let others move; come back when it is this actor's turn. Nothing, for anybody else."""
        name = threading.current_thread().name
        if name not in self._alive:
            return
        with self._changed:
            self._ready.add(name)
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: self._chosen == name, PATIENCE), name
            self._chosen = None

    def _run(self, act, faults):
        try:
            self.pause()
            act()
        except BaseException as fault:  # noqa: BLE001 - It belongs to whoever started the play.
            faults.append(fault)
        finally:
            with self._changed:
                self._alive.discard(threading.current_thread().name)
                self._changed.notify_all()

    def _conduct(self):
        while self._alive:
            self._settle()
            with self._changed:
                if self._ready:
                    self._chosen = self._dice.choice(sorted(self._ready))
                    self._ready.discard(self._chosen)
                    self._changed.notify_all()

    def _settle(self):
        """Until nobody moves: each has paused, has ended, or waits for a row."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: not self._moving, GLANCE)
                moving = self._moving
            if all(self._is_blocked(name) for name in moving):
                return

    @property
    def _moving(self):
        return sorted(self._alive - self._ready)
