"""Every mail the product writes, for whoever looks at them: one place, its people, one long story.

With `KEEP_MAILS=directory`, tests/browser/test_mails.py keeps their pictures and texts there.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from config.kernel.money import Money
from deposits import emails as deposits_emails
from deposits.models import Deposit
from deposits.services import booking_mails, bookings, deposit_mails, diaries
from deposits.services.bookings import Guest, Wish
from orders import emails as orders_emails
from orders.rules.reminder_rules import Tone
from orders.rules.roles import Role
from orders.rules.terms import VenueKind
from orders.selectors import bills
from orders.services import acknowledgements, invitations, promises, tokens, venues
from payments import emails
from payments.emails import ManagerNote
from payments.models import CardConsent
from payments.rules.dispute_states import DisputeState
from payments.selectors import balances, mail_texts, summaries
from payments.services import closing, counter_reversals
from payments.services.counter_reversals import LONGEST_REASON
from tests import disputed, factories
from tests.conftest import EVENING

LATER = EVENING + timedelta(days=1)
# No place to break, letters of every width, both directions of writing, markup, and no end.
ENDLESS = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
NASTY = f'<i>"{{{{ 7|add:7 }}}}"</i> & 요거트 עוגת גבינה {ENDLESS}'
CALM = {
    "venue": "Larkspur Coffee",
    "address": "12 Mill Lane, Dublin 8",
    "guest": "Dónal Keane",
    "items": ("Flat white", "Shakshuka with sourdough", "Cut and colour"),
    "result": "A natural brown\nNo more than two tones darker",
    "limits": "Grey may shine through after six weeks",
    "reason": "The coffee was cold",
    "order": "PO-2026-118",
    "prices": (380, 1450, 6200),
}
WILD = {
    "venue": NASTY[:80],
    "address": (NASTY + ENDLESS)[:200],
    "guest": ENDLESS[:80],
    "items": (NASTY[:80], ENDLESS[:80], f"{ENDLESS[:40]} {ENDLESS[:39]}"),
    "result": f"{NASTY}\n{ENDLESS}",
    "limits": ENDLESS,
    "reason": NASTY[:LONGEST_REASON],
    "order": ENDLESS[:40],
    "prices": (380, 80_000_000, 12_345_678),
}


class Story:
    """A tab with everything on it that a mail may tell of, at a café that has it all."""

    def __init__(self, words, *, language="en"):
        self.words = words
        self.venue = factories.make_venue(
            words["venue"][:20].strip('<>"{} ') or "Place",
            currency="EUR",
            kind=VenueKind.CAFE,
            reply_to="hello@larkspur.example",
        )
        for name, value in {
            "name": words["venue"],
            "address": words["address"],
            "locale": language,
            "bank_holder": words["venue"],
            "bank_account": "IE64IRCE92050112345678",
            "bank_name": ENDLESS[:60] if words is WILD else "IRCEIE2D",
        }.items():
            setattr(self.venue, name, value)
        self.venue.save()
        self.owner = factories.make_user("Olga", venue=self.venue, role=Role.OWNER)
        self.tab = self._open()
        self.request = closing.close_and_request(
            tab_id=self.tab.id, by=self.owner, now=EVENING
        ).request
        self.tab.refresh_from_db()

    def _open(self):
        tax = venues.add_tax_rate(venue=self.venue, name="VAT", rate=Decimal("13.5"))
        items = [
            factories.make_item(self.venue, name, minor, tax=tax)
            for name, minor in zip(self.words["items"], self.words["prices"], strict=True)
        ]
        items[-1].expected_result = self.words["result"]
        items[-1].limits = self.words["limits"]
        items[-1].duration_minutes = 90
        items[-1].save()
        promises.put_in_force(items, by=self.owner, now=EVENING)
        card = tokens.print_cards(venue=self.venue, words=["MINT"], count=1)[0]
        tab = factories.make_tab(
            self.venue,
            self.owner,
            *items,
            guest_name=self.words["guest"],
            email="donal@keane.example",
            token_code=card.code,
            purchase_order=self.words["order"],
        )
        for line in tab.lines.exclude(promise=None):
            acknowledgements.waive(
                tab_id=tab.id, line_id=line.id, by=self.owner, reason="In a hurry", now=EVENING
            )
        return tab

    @property
    def bill(self):
        return bills.get_bill(tab_id=self.tab.id)

    @property
    def standing(self):
        return balances.get_standing(self.tab)

    @property
    def consent(self):
        text = "Larkspur Coffee may charge my card.\nOnce, at most €450.00, until 5 April 2026."
        if self.words is WILD:
            text = f"{NASTY}\n{ENDLESS}"
        return CardConsent(venue=self.venue, tab=self.tab, card_last4="4242", text=text)

    def mails(self):
        """Name of its templates, what is special about it, and the mail; every kind there is."""
        yield from self._while_it_owes()
        yield from self._about_cards()
        yield from self._when_paid()
        yield from self._about_bookings()
        yield from self._to_people_here()

    def _while_it_owes(self):
        bill, standing = self.bill, self.standing
        link = emails.payment_link(request=self.request, bill=bill, standing=standing)
        yield emails.PAYMENT_LINK, "", link
        for tone in Tone:
            text = mail_texts.text_of(self.venue, tone, language=self.venue.locale)
            mail = emails.reminder(bill=bill, standing=standing, text=text)
            yield emails.REMINDER, tone, mail
        yield emails.EXTENSION_AGREED, "", emails.extension_agreed(bill=bill, standing=standing)

    def _about_cards(self):
        facts = {"consent": self.consent, "bill": self.bill}
        yield emails.CARD_KEPT, "", emails.card_kept(**facts)
        facts["standing"] = self.standing
        yield emails.AUTO_NOTICE, "", emails.auto_notice(**facts, charge_at=LATER)
        again = emails.auto_failed(**facts, asks_guest=False, again=LATER)
        yield emails.AUTO_FAILED, "again", again
        yield emails.AUTO_FAILED, "bank", emails.auto_failed(**facts, asks_guest=True, again=None)

    def _when_paid(self):
        taken = factories.take_cash(self.tab, by=self.owner, minor=1000, tip=150)
        yield emails.RECEIPT, "", emails.receipt(receipt=taken.receipt, bill=self.bill)
        reversal = counter_reversals.reverse(
            tab_id=self.tab.id,
            payment_id=taken.id,
            by=self.owner,
            role=Role.OWNER,
            reason=self.words["reason"],
            now=LATER,
        )
        back = emails.receipt_reversed(reversal=reversal, receipt=taken.receipt, bill=self.bill)
        yield emails.RECEIPT_REVERSED, "", back
        payment = factories.pay_by_card(self.tab, minor=2000, tip=200)
        yield emails.RECEIPT, "card", emails.receipt(receipt=payment.receipt, bill=self.bill)
        refund = factories.give_back(payment, by=self.owner, minor=500, tip=100)
        refund.reason = self.words["reason"]
        yield emails.REFUND_NOTE, "", emails.refund_note(refund=refund, bill=self.bill)
        dispute = disputed.dispute(payment)
        dispute.tab = self.tab
        for what, state in (
            ("opened", DisputeState.NEEDS_RESPONSE),
            ("due", DisputeState.NEEDS_RESPONSE),
            ("closed", DisputeState.LOST),
        ):
            dispute.state = state
            mail = emails.dispute(dispute, bill=self.bill, what=what, reader=self.owner)
            yield emails.DISPUTE, what, mail

    def _about_bookings(self):
        diaries.open_diary(venue=self.venue, person=self.owner)
        guest = Guest(name=self.words["guest"], email="donal@keane.example", zone="Asia/Seoul")
        item = self.venue.catalogue.exclude(duration_minutes=None).get()
        wish = Wish(item_id=item.id, starts_at=LATER, guest=guest, anyway=True)
        booking = bookings.book(venue=self.venue, wish=wish, by=self.owner, now=EVENING)
        for note in (booking_mails.CONFIRMED, booking_mails.MOVED, booking_mails.CANCELLED):
            mail = booking_mails.render(booking, note, now=EVENING)
            yield "booking_note", note.what, mail
        deposit = Deposit(
            venue=self.venue,
            booking=booking,
            amount_minor=2400,
            owed_minor=1200,
            currency="EUR",
            objection_until=LATER,
        )
        for about in ("ANOTHER_CARD", "CLAIMED", "RUNS_OUT", "OBJECTED"):
            mail = deposits_emails.deposit_note(getattr(deposit_mails, about), deposit)
            yield deposits_emails.DEPOSIT_NOTE, about.lower(), mail

    def _to_people_here(self):
        note = ManagerNote(
            kind="overpaid",
            title="More came in than was owed",
            text=f"Two payments crossed. {self.words['reason']}",
            amount=Money(500, "EUR"),
        )
        yield emails.MANAGER_NOTE, "", emails.manager_note(note, bill=self.bill)
        member = self.venue.memberships.get(user=self.owner)
        for is_own in (True, False):
            mail = emails.account_refused(venue=self.venue, owner=member, is_own=is_own)
            yield emails.ACCOUNT_REFUSED, "own" if is_own else "house", mail
        day = summaries.get_day(self.venue, EVENING.date())
        yield emails.DAILY_SUMMARY, "", emails.daily_summary(venue=self.venue, sums=day)
        invitation = invitations.invite(
            venue=self.venue,
            name=self.words["guest"],
            email="niamh@example.org",
            role=Role.MANAGER,
            by=self.owner,
            now=EVENING,
        )
        yield "invitation", "", orders_emails.invitation(invitation)
