"""Before a service starts: on the pad, on the guest's phone, and what both show afterwards."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from config.kernel import clock
from orders.models import Acknowledgement, Message
from orders.services import acknowledgements, lines, tabs
from payments.services import closing
from tests.conftest import EVENING
from tests.factories import make_item, make_tab
from tests.staff import browser_of, htmx_of, to_tab

pytestmark = pytest.mark.django_db
SOON = EVENING + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _present(monkeypatch):
    """Doors read the clock; here it stands still: 4.35 in the morning in Seoul."""
    monkeypatch.setattr(clock, "now", lambda: SOON)


@pytest.fixture(autouse=True)
def _no_bar(odile):
    odile.sends_to_bar = False
    odile.save()


@pytest.fixture
def line(chair):
    return chair.lines.get()


@pytest.fixture
def yes(treatment):
    """The form as Maeve fills it in."""
    return {"agreed": "on", "name": "Maeve Byrne", "shown": treatment.promise.digest}


@pytest.fixture
def phone(chair):
    """Maeve's phone, which was let in."""
    phone = Client()
    phone.get(f"/t/{chair.guest_key}/", follow=True)
    return phone


def to_yes(tab, line):
    return f"/t/{tab.guest_key}/lines/{line.id}/agreement/"


def pad(user, tab):
    return browser_of(user).get(to_tab(tab, "pad")).content.decode()


# --- The staff's screen --------------------------------------------------------------------------
def test_the_pad_says_what_waits_and_what_it_says(sora, chair):
    page = pad(sora, chair)

    assert "Before it starts: Bond treatment" in page
    assert "Needs Maeve’s yes" in page
    assert "Less breakage." in page
    assert "It won’t mend split ends." in page
    assert "About 40 min" in page
    assert "happy to go ahead at ₩55,000." in page
    assert "You can start once Maeve has agreed, or take it off the tab." in page


def test_a_tab_without_promises_asks_nothing(ada, tab):
    page = pad(ada, tab)

    assert "Before it starts" not in page
    assert "pad/waiting/" not in page


def test_the_guest_agrees_on_the_staffs_screen_and_it_starts(sora, chair, line, yes):
    answer = browser_of(sora).post(to_tab(chair, f"lines/{line.id}/acknowledgement"), yes)
    page = pad(sora, chair)
    browser_of(sora).post(to_tab(chair, "sending"))

    line.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (303, to_tab(chair, "pad"))
    assert "Maeve Byrne agreed 04:35" in page
    assert "Start Bond treatment" in page
    assert line.sent_at == SOON
    assert Acknowledgement.objects.get().by == sora


def test_for_htmx_the_pad_changes_where_it_stands(sora, chair, line, yes):
    answer = htmx_of(sora).post(to_tab(chair, f"lines/{line.id}/acknowledgement"), yes)

    page = answer.content.decode()
    assert (answer.status_code, answer["HX-Retarget"]) == (200, "#ticket")
    assert 'id="asks" hx-swap-oob="true"' in page
    assert "Thank you, that’s kept. Bond treatment can start" in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"agreed": ""}, "Tick this if you agree"),
        ({"name": " "}, "Type your name"),
        ({"name": "\u202e"}, "Type your name, so that it is your yes."),
        ({"name": "x" * 81}, "at most 80"),
    ],
    ids=["no tick", "no name", "no letters", "too long"],
)
def test_half_a_yes_is_none(sora, chair, line, yes, change, said):
    answer = browser_of(sora).post(to_tab(chair, f"lines/{line.id}/acknowledgement"), yes | change)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert Acknowledgement.objects.count() == 0


def test_what_was_typed_is_still_there(sora, chair, line, yes):
    answer = browser_of(sora).post(
        to_tab(chair, f"lines/{line.id}/acknowledgement"), yes | {"agreed": ""}
    )

    assert 'value="Maeve Byrne"' in answer.content.decode()


def test_another_wording_is_read_again(sora, chair, line, yes):
    answer = browser_of(sora).post(
        to_tab(chair, f"lines/{line.id}/acknowledgement"), yes | {"shown": "0" * 64}
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "This is not the wording it was sold under." in page
    assert Acknowledgement.objects.count() == 0


def test_a_yes_that_arrives_twice_counts_once(sora, chair, line, yes):
    browser = browser_of(sora)
    address = to_tab(chair, f"lines/{line.id}/acknowledgement")

    answers = [browser.post(address, yes).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert Acknowledgement.objects.count() == 1


def test_there_is_no_such_line(sora, chair, yes):
    for name in ("acknowledgement", "waiver"):
        address = to_tab(chair, f"lines/{uuid4()}/{name}")
        assert browser_of(sora).post(address, yes | {"reason": "x"}).status_code == 404


def test_it_starts_without_a_yes_for_a_reason(sora, chair, line):
    browser = browser_of(sora)
    address = to_tab(chair, f"lines/{line.id}/waiver")

    asked = browser.get(address).content.decode()
    refused = browser.post(address, {"reason": " "})
    done = browser.post(address, {"reason": "Told in words"})

    assert "Start without a yes" in asked
    assert refused.status_code == 422
    assert done.status_code == 303
    assert "Without a yes: Told in words" in pad(sora, chair)


def test_before_the_yes_nothing_starts_and_nothing_is_closed(sora, chair):
    browser = browser_of(sora)

    answers = {
        name: browser.post(to_tab(chair, name), {"email": "maeve@byrne.example"})
        for name in ("sending", "serving", "closure")
    }
    dialog = browser.get(to_tab(chair, "closure")).content.decode()

    assert {answer.status_code for answer in answers.values()} == {409}
    for answer in answers.values():
        assert "Bond treatment can’t start yet" in answer.content.decode()
    assert "Bond treatment waits for the guest’s yes" in dialog


def test_the_pad_hears_of_a_yes_from_elsewhere(sora, chair, line, yes, phone):
    htmx = htmx_of(sora)
    address = to_tab(chair, "pad/waiting")
    version = pad(sora, chair).partition("pad/waiting/?v=")[2].partition('"')[0]
    before = htmx.get(f"{address}?v={version}")

    phone.post(to_yes(chair, line), yes)
    after = htmx.get(f"{address}?v={version}")

    assert (before.status_code, before.content) == (204, b"")
    assert after.status_code == 200
    assert "Maeve Byrne agreed 04:35" in after.content.decode()


def test_a_pad_left_open_is_led_to_the_closed_tab(sora, chair, line):
    acknowledgements.waive(tab_id=chair.id, line_id=line.id, by=sora, reason="Told", now=SOON)
    tabs.close_tab(tab_id=chair.id, by=sora, now=SOON)

    answer = htmx_of(sora).get(to_tab(chair, "pad/waiting") + "?v=old")

    assert answer["HX-Redirect"] == to_tab(chair)


def test_what_was_agreed_to_can_be_voided_and_not_removed(sora, chair, line, yes):
    browser = browser_of(sora)
    browser.post(to_tab(chair, f"lines/{line.id}/acknowledgement"), yes)

    page = pad(sora, chair)
    answer = browser.post(to_tab(chair, f"lines/{line.id}/removal"))

    assert f"lines/{line.id}/removal/" not in page
    assert f"lines/{line.id}/void/" in page
    assert answer.status_code == 409
    assert "Void it with a reason instead." in answer.content.decode()


def test_the_tab_page_tells_it_all(sora, chair, line, yes):
    browser_of(sora).post(to_tab(chair, f"lines/{line.id}/acknowledgement"), yes)

    page = browser_of(sora).get(to_tab(chair)).content.decode()

    assert "What was promised" in page
    assert "Maeve Byrne agreed on our screen, Sat 7 Mar, 04:35" in page
    assert "Wording version 1, fingerprint" in page
    assert "Maeve Byrne agreed to what Bond treatment can and can’t do" in page
    assert "on our screen, held out by Sora, version 1" in page


# --- The guest's phone ---------------------------------------------------------------------------
def test_the_phone_asks_and_keeps_the_yes(chair, line, yes, phone):
    asked = phone.get(f"/t/{chair.guest_key}/").content.decode()

    answer = phone.post(to_yes(chair, line), yes)
    after = phone.get(f"/t/{chair.guest_key}/").content.decode()

    said = Acknowledgement.objects.get()
    assert "Waiting for your yes" in asked
    assert "Starts once you have agreed" in asked
    assert answer.status_code == 303
    assert (said.name, said.way, said.by) == ("Maeve Byrne", "own_phone", None)
    assert len(said.browser_digest) == 64
    assert "Agreed on the guest’s own phone, Sat 7 Mar, 04:35" in after
    assert "Waiting for your yes" not in after


def test_the_bill_behind_a_card_never_names_who_agreed(chair, line, yes, phone):
    phone.post(to_yes(chair, line), yes)

    assert "Maeve" not in phone.get(f"/t/{chair.guest_key}/").content.decode()


def test_a_polling_phone_hears_of_a_yes_on_the_staffs_screen(sora, chair, line, yes, phone):
    shown = phone.get(f"/t/{chair.guest_key}/").content.decode()
    address = shown.partition('hx-get="')[2].partition('"')[0]
    before = phone.get(address, headers={"HX-Request": "true"})

    browser_of(sora).post(to_tab(chair, f"lines/{line.id}/acknowledgement"), yes)
    after = phone.get(address, headers={"HX-Request": "true"})

    assert (before.status_code, after.status_code) == (204, 200)
    assert "Agreed on our screen" in after.content.decode()


@pytest.mark.parametrize("change", [{"agreed": ""}, {"name": ""}], ids=["tick", "name"])
def test_half_a_yes_comes_back_with_what_was_typed(chair, line, yes, phone, change):
    answer = phone.post(to_yes(chair, line), yes | change)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page
    assert Acknowledgement.objects.count() == 0


def test_a_phone_that_was_not_let_in_cannot_agree(chair, line, yes, phone):
    answer = Client().post(to_yes(chair, line), yes)

    assert answer.status_code == 404
    assert Acknowledgement.objects.count() == 0


def test_a_phone_cannot_agree_for_another_tab(odile, sora, treatment, line, yes, chair):
    other = make_tab(odile, sora, treatment)
    friend = Client()
    friend.get(f"/t/{other.guest_key}/", follow=True)

    answer = friend.post(to_yes(other, line), yes)

    assert answer.status_code == 404
    assert Acknowledgement.objects.count() == 0


def test_a_phone_that_reads_another_wording_is_asked_again(chair, line, yes, phone):
    answer = phone.post(to_yes(chair, line), yes | {"shown": "0" * 64})

    assert answer.status_code == 409
    assert "Read it once more, please." in answer.content.decode()


def test_a_yes_twice_or_too_late_leads_back_to_the_bill(sora, chair, line, yes, phone):
    answers = [phone.post(to_yes(chair, line), yes)]
    answers += [phone.post(to_yes(chair, line), yes)]
    lines.void_line(tab_id=chair.id, line_id=line.id, by=sora, now=SOON, reason="Left")
    answers += [phone.post(to_yes(chair, line), yes)]

    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert Acknowledgement.objects.count() == 1


def test_agreeing_is_a_post(chair, line, phone):
    assert phone.get(to_yes(chair, line)).status_code == 405


# --- Afterwards ----------------------------------------------------------------------------------
def test_the_mail_says_what_was_promised_and_how_it_was_agreed(sora, chair, line, yes):
    browser_of(sora).post(to_tab(chair, f"lines/{line.id}/acknowledgement"), yes)

    closing.close_and_request(tab_id=chair.id, by=sora, now=SOON, email="maeve@byrne.example")

    mail = Message.objects.get(tab=chair)
    for part in (mail.text, mail.html):
        assert "What was promised" in part
        assert "It won’t mend split ends." in part
        assert "Agreed on our screen, Sat 7 Mar, 04:35" in part


def test_a_mail_without_promises_does_not_speak_of_them(ada, tab):
    closing.close_and_request(tab_id=tab.id, by=ada, now=SOON, email="grace@example.org")

    mail = Message.objects.get(tab=tab)
    assert "promised" not in mail.text + mail.html


def test_a_bar_gets_what_does_not_wait(larkspur, ada, tab):
    course = make_item(larkspur, "Latte art class", 3500, expected_result="A heart.")
    lines.add_lines(tab_id=tab.id, by=ada, now=EVENING, wanted=[lines.NewLine(item_id=course.id)])

    page = pad(ada, tab)

    assert "Send 1 to the bar" in page
    assert "Mark served" not in page
