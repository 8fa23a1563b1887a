"""The evidence pack: complete, true, and legible in any script and length."""

from __future__ import annotations

import pypdfium2
import pytest
from django.utils import timezone

from config.front.pages import case, disputes, evidence
from config.front.paper import letters
from config.front.paper.evidence import draw_evidence
from orders.services import lines, tabs
from orders.services.lines import NewLine
from tests import disputed, fakes
from tests.factories import EVENING, make_item, make_tab

pytestmark = pytest.mark.django_db


def text_of(pdf):
    """Everything that is written in a PDF, page by page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def squeezed(text):
    return "".join(text.split())


def drawn(pack):
    return draw_evidence(pack.letterhead, pack.sections)


def pack_of(venue, dispute):
    with timezone.override(venue.zone):
        return evidence.get_pack(disputes.find(venue=venue, dispute_id=dispute.id))


@pytest.fixture(autouse=True)
def _in_memory(settings, monkeypatch):
    settings.PAYMENT_GATEWAY = "tests.fakes.FakeGateway"
    monkeypatch.setattr(fakes, "BOOK", fakes.Book())


@pytest.fixture
def dispute(larkspur, ada, niamh, scone):
    """A tab with a thing that was served, one that was voided, and a disputed payment with tip."""
    tab = make_tab(larkspur, ada, scone, scone, guest_name="Dónal Ó Briain", label="Table 4")
    tabs.mark_served(tab_id=tab.id, by=ada, now=EVENING)
    wrong = tab.lines.last()
    lines.void_line(tab_id=tab.id, line_id=wrong.id, by=ada, now=EVENING, reason="rung up twice")
    payment = disputed.pay_by_card(tab, ada, tip=100)
    return disputed.dispute(payment, reason="product_unacceptable")


def test_the_pack_tells_the_whole_story(larkspur, dispute):
    pack = pack_of(larkspur, dispute)

    said = {section.key: section for section in pack.sections}
    assert list(said) == ["dispute", "payment", "tab", "bill", "payments", "messages", "history"]
    labels = [entry.label for section in pack.sections for entry in section.entries]
    assert {"1 × Scone with jam", "Guest", "Receipt", "Tip, chosen by the payer"} <= set(labels)
    lines_told = [entry.text for entry in said["bill"].entries]
    assert any("voided, not charged: rung up twice" in text for text in lines_told)
    assert any("served" in text for text in lines_told)
    subjects = [entry.label for entry in said["messages"].entries]
    assert len(subjects) == 2
    assert not any("disputed" in subject for subject in subjects)


def test_programs_get_minor_units_and_zoned_times(larkspur, dispute):
    plain = pack_of(larkspur, dispute).as_json()

    first = plain["sections"][0]["entries"][0]
    assert plain["dispute"] == "du_1"
    assert first["amount"] == {"minor": 420, "currency": "EUR"}
    assert first["at"].endswith("+00:00")


def test_the_draft_says_what_happened_and_fits(larkspur, dispute):
    with timezone.override(larkspur.zone):
        texts = case.draft(evidence.get_pack(disputes.find(venue=larkspur, dispute_id=dispute.id)))

    assert texts.customer_name == "Dónal Ó Briain"
    assert texts.customer_email == "donal@example.org"
    assert texts.product == "1 × Scone with jam: €3.20"
    assert "paid €4.20 there on Friday 6 March 2026" in texts.statement
    assert "donal@example.org" in texts.statement
    assert "Receipt" in texts.activity


def test_the_pdf_has_every_fact_of_the_pack(larkspur, dispute):
    pack = pack_of(larkspur, dispute)

    with timezone.override(larkspur.zone):
        written = squeezed(text_of(drawn(pack)))

    missing = [
        entry.label
        for section in pack.sections
        for entry in section.entries
        if squeezed(entry.label) not in written or squeezed(entry.text) not in written
    ]
    assert missing == []
    assert "du_1" in written
    assert "€4.20" in written


def test_the_pdf_is_the_same_for_the_same_pack(larkspur, dispute):
    pack = pack_of(larkspur, dispute)

    assert drawn(pack) == drawn(pack)


def test_other_scripts_are_written_and_nothing_is_lost_silently(odile, sora):
    cut = make_item(odile, "컷과 블로우드라이", 48_000)
    tab = make_tab(odile, sora, cut, guest_name="김하늘 髙橋カナ", label="مريم")
    dispute = disputed.dispute(disputed.pay_by_card(tab, sora))

    written = squeezed(text_of(drawn(pack_of(odile, dispute))))

    assert "컷과블로우드라이" in written
    assert "김하늘" in written
    assert "48000KRW" in written
    assert "U+20A9" not in written
    assert "[U+0645][U+0631][U+064A][U+0645]" in written


def test_a_text_longer_than_a_page_is_printed_whole(larkspur, ada, niamh, scone):
    tab = make_tab(larkspur, ada, scone)
    wanted = [NewLine(item_id=scone.id, note=f"n{number}" + "x" * 100) for number in range(50)]
    for _round in range(4):
        lines.add_lines(tab_id=tab.id, by=ada, now=EVENING, wanted=wanted)
    dispute = disputed.dispute(disputed.pay_by_card(tab, ada))

    pdf = drawn(pack_of(larkspur, dispute))

    assert squeezed(text_of(pdf)).count("n49" + "x" * 100) >= 4
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) > 5


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("one\ntwo", "one</font><br/>"),
        ("\x00", "[U+0000]"),
        ("😀", "[U+1F600]"),
    ],
)
def test_markup_is_text_and_never_markup(text, markup):
    assert markup in letters.as_markup(text)


def test_shared_characters_are_written_as_the_rest_of_their_text():
    assert "HeiseiKakuGo-W5" in letters.as_markup("漢字とかな")
    assert "STSong-Light" in letters.as_markup("汉字")
    assert "HYGothic-Medium" in letters.as_markup("漢字와 한글")
