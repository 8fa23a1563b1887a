"""Refusals of the domain: a fact, a stable code, and a sentence that can be translated."""

from __future__ import annotations


def gettext_noop(text: str) -> str:
    """Mark a sentence for translation where Django must not be imported."""
    return text


class DomainError(Exception):
    """The domain said no. Doors answer 409 or show the sentence beside the form.

    `sentence` is English with `%(name)s` places; doors translate it before filling them in.
    """

    code = "refused"

    def __init__(self, sentence: str, **facts: object) -> None:
        self.sentence = sentence
        self.facts = facts
        super().__init__(sentence)

    def __str__(self) -> str:
        return self.sentence % self.facts if self.facts else self.sentence
