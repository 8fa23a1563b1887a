"""Whatever a wording says, its fingerprint stands for it and for nothing else."""

from __future__ import annotations

from unicodedata import normalize

from hypothesis import given
from hypothesis import strategies as st

from orders.rules.promises import canonical_text, digest_of

# Few letters, so that parts which run into one another are found: quotes, breaks, braces.
TEXTS = st.text(alphabet='ab\n",:{}\\é\u0301e', max_size=12)
WORDINGS = st.fixed_dictionaries(
    {
        "duration_minutes": st.none() | st.integers(0, 99),
        "expected_result": TEXTS,
        "limits": TEXTS,
    }
)


def plainly(wording):
    """The oracle: the parts side by side, with each letter written in one way."""
    texts = (normalize("NFC", wording[name]) for name in ("expected_result", "limits"))
    return (wording["duration_minutes"], *texts)


@given(WORDINGS, WORDINGS)
def test_two_wordings_share_a_fingerprint_only_if_they_read_alike(one, other):
    alike = plainly(one) == plainly(other)

    assert (canonical_text(**one) == canonical_text(**other)) is alike
    assert (digest_of(**one) == digest_of(**other)) is alike
