"""The calls that charge a card on file and give such a charge up, and what follows from them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from config.kernel.money import Money
from orders.models import Tab
from orders.selectors import bills
from orders.services import history, venues
from payments import emails
from payments.gateway.errors import GatewayError
from payments.gateway.port import PaymentGateway
from payments.gateway.snapshots import (
    Charged,
    ChargeOutcome,
    Declined,
    IntentStatus,
    NeedsCustomer,
    PaymentSnapshot,
)
from payments.gateway.specs import SavedChargeSpec
from payments.models import AutoSettlement, CheckoutAttempt, GatewayOperation
from payments.rules import auto_settlement as rules
from payments.rules.attempt_states import AttemptState
from payments.rules.auto_settlement import AutoState, Why
from payments.rules.consent_states import ConsentState
from payments.rules.declines import ASKS_GUEST, Retry, retry_of
from payments.rules.operation_states import OperationKind
from payments.selectors import balances
from payments.services import card_mails, operations, snapshots
from payments.services.marks import our_metadata
from payments.services.operations import Errand, NotFoundAnywhere

# Clocks differ: what we asked for may be listed as made a little earlier.
MARGIN: Final = timedelta(hours=1)
ASKS: Final = "authentication_required"


class TakenBackMeanwhile(GatewayError):
    """The agreement ended before the call was made, and Stripe knows nothing of one."""


class Charging(Errand[ChargeOutcome]):
    """Have Stripe charge the card of a prepared attempt."""

    def ask(self, gateway: PaymentGateway) -> ChargeOutcome:
        """A call whose agreement has ended is no longer made, only looked up."""
        if not self._is_agreed():
            found = self.find(gateway)
            if found is None:
                raise TakenBackMeanwhile
            return found
        return gateway.charge_saved(self._spec(), key=self.operation.key)

    def find(self, gateway: PaymentGateway) -> ChargeOutcome | None:
        since = self.operation.created_at - MARGIN
        for payment in gateway.list_payments(since=since):
            if payment.metadata.get("op") == str(self.operation.id):
                return _outcome_of(payment)
        return None

    def record(self, answer: ChargeOutcome) -> None:
        attempt = _lock(self.operation)
        if isinstance(answer, Charged):
            _row(attempt).put(charge_ref=answer.payment.intent_id)
            snapshots.apply_payment(answer.payment, now=self.now)
        elif isinstance(answer, Declined | NeedsCustomer) and answer.intent_id:
            code = answer.code if isinstance(answer, Declined) else ASKS
            _note(attempt, code)
            _row(attempt).put(charge_ref=answer.intent_id)
            prepare_release(attempt, answer.intent_id, now=self.now)
            return
        else:
            _note(attempt, answer.code if isinstance(answer, Declined) else "amount_too_small")
            attempt.move_to(AttemptState.FAILED)
        conclude(attempt.id, now=self.now)

    def refuse(self, error: GatewayError, /) -> None:
        attempt = _lock(self.operation)
        is_withdrawn = isinstance(error, TakenBackMeanwhile)
        is_lost = isinstance(error, NotFoundAnywhere)
        _note(attempt, "withdrawn" if is_withdrawn else "nobody_knows" if is_lost else "refused")
        attempt.move_to(AttemptState.FAILED)
        conclude(attempt.id, now=self.now)

    def _is_agreed(self) -> bool:
        return CheckoutAttempt.objects.filter(
            id=self.operation.subject_id, consent__state=ConsentState.ACTIVE
        ).exists()

    def _spec(self) -> SavedChargeSpec:
        words = self.operation.params
        return SavedChargeSpec(
            customer_ref=words["customer_ref"],
            card_ref=words["card_ref"],
            amount=Money(words["amount_minor"], words["currency"]),
            description=words["description"],
            metadata=our_metadata(
                tab=_tab_of(self.operation),
                operation_id=self.operation.id,
                attempt=self.operation.subject_id,
                consent=UUID(words["consent"]),
            ),
        )


class Releasing(Errand[PaymentSnapshot]):
    """Have Stripe give up a charge that took nothing, so that it never can."""

    def ask(self, gateway: PaymentGateway) -> PaymentSnapshot:
        return gateway.release_payment(self._intent_id, key=self.operation.key)

    def find(self, gateway: PaymentGateway) -> PaymentSnapshot | None:
        payment = gateway.get_payment(self._intent_id)
        return None if payment.status == IntentStatus.WAITING else payment

    def record(self, answer: PaymentSnapshot) -> None:
        _lock(self.operation)
        attempt = snapshots.apply_payment(answer, now=self.now)
        conclude(attempt.id, now=self.now)

    def refuse(self, _error: GatewayError, /) -> None:
        attempt = _lock(self.operation)
        attempt.move_to(AttemptState.FAILED)
        conclude(attempt.id, now=self.now)

    @property
    def _intent_id(self) -> str:
        return str(self.operation.params["intent_id"])


def of(operation: GatewayOperation, *, now: datetime) -> Errand[Any]:
    """The errand of an operation of either kind."""
    made: dict[str, type[Errand[Any]]] = {
        OperationKind.CHARGE_SAVED: Charging,
        OperationKind.RELEASE_CHARGE: Releasing,
    }
    return made[operation.kind](operation=operation, now=now)


def prepare_release(attempt: CheckoutAttempt, intent_id: str, *, now: datetime) -> None:
    operations.prepare(
        kind=OperationKind.RELEASE_CHARGE,
        subject_id=attempt.id,
        account_id=attempt.account_id,
        tab=attempt.tab,
        params={"intent_id": intent_id},
        now=now,
    )


def is_hopeless(attempt: CheckoutAttempt) -> bool:
    """Whether the bank never wants to be asked for this card again."""
    return attempt.state == AttemptState.FAILED and retry_of(attempt.last_decline) == Retry.NEVER


@transaction.atomic
def conclude(attempt_id: UUID, *, now: datetime) -> None:
    """What a finished attempt means for its settlement. An unfinished one means nothing yet."""
    tab_id = CheckoutAttempt.objects.values_list("tab_id", flat=True).get(id=attempt_id)
    tab = Tab.objects.lock(tab_id)
    row = AutoSettlement.objects.select_for_update().filter(attempt_id=attempt_id).first()
    attempt = CheckoutAttempt.objects.get(id=attempt_id)
    if row is None or row.state != AutoState.CHARGING:
        return
    if attempt.is_paid:
        row.end(AutoState.SETTLED, None, now=now)
    elif attempt.state == AttemptState.FAILED:
        _fall_back(tab, row, attempt, now=now)


def _fall_back(tab: Tab, row: AutoSettlement, attempt: CheckoutAttempt, *, now: datetime) -> None:
    """The card gave nothing: try once more later, or leave it to the guest. Tell them which."""
    code = attempt.last_decline
    tries_again = retry_of(code) == Retry.LATER and row.tries < rules.MOST_TRIES
    retry_at = now + max(rules.RETRY_AFTER, rules.notice_of(row.notice_hours))
    history.record(tab_id=tab.id, kind="auto_failed", at=now, actor="stripe", why=code)
    if tries_again:
        row.move_to(AutoState.RETRY_WAIT, charge_at=retry_at, next_at=retry_at)
    elif code == "withdrawn":
        row.end(AutoState.CANCELLED, Why.WITHDRAWN, now=now)
    else:
        row.end(AutoState.NEEDS_CUSTOMER, _why(code), now=now)
    venues.bump_board(tab.venue_id)
    if tab.is_owing:
        _tell(tab, row, attempt, retry_at=retry_at if tries_again else None, now=now)


def _tell(
    tab: Tab,
    row: AutoSettlement,
    attempt: CheckoutAttempt,
    *,
    retry_at: datetime | None,
    now: datetime,
) -> None:
    standing = balances.get_standing(tab)
    mail = emails.auto_failed(
        consent=row.consent,
        bill=bills.bill_of(tab),
        standing=standing,
        asks_guest=attempt.last_decline in ASKS_GUEST,
        again=retry_at,
    )
    message = card_mails.write(
        mail,
        kind=emails.AUTO_FAILED,
        source_key=f"auto:{row.id}:failed:{row.tries}",
        tab=tab,
        consent=row.consent,
        now=now,
    )
    if retry_at is not None:
        # The mail names the day of the next try: it is the notice of that try.
        row.put(notice=message, told_minor=standing.balance.minor)


def _why(code: str) -> Why:
    known = {
        "amount_too_small": Why.TOO_SMALL,
        "refused": Why.REFUSED,
        "nobody_knows": Why.NOBODY_KNOWS,
    }
    return known.get(code) or (Why.BANK_ASKS if code in ASKS_GUEST else Why.DECLINED)


def _outcome_of(payment: PaymentSnapshot) -> ChargeOutcome:
    if payment.status in {IntentStatus.SUCCEEDED, IntentStatus.PROCESSING}:
        return Charged(payment=payment)
    code = payment.decline_code
    if code in ASKS_GUEST:
        return NeedsCustomer(intent_id=payment.intent_id)
    return Declined(intent_id=payment.intent_id, code=code, retry=retry_of(code))


def _tab_of(operation: GatewayOperation) -> Tab:
    assert operation.tab is not None, "a charge is for a tab"
    return operation.tab


def _lock(operation: GatewayOperation) -> CheckoutAttempt:
    """The tab first, then the attempt, as everywhere."""
    attempts = CheckoutAttempt.objects.filter(id=operation.subject_id)
    Tab.objects.lock(attempts.values_list("tab_id", flat=True).get())
    return attempts.select_for_update().get()


def _row(attempt: CheckoutAttempt) -> AutoSettlement:
    return AutoSettlement.objects.select_for_update().get(attempt=attempt)


def _note(attempt: CheckoutAttempt, code: str) -> None:
    attempt.last_decline = code[:60]
    attempt.save(update_fields=["last_decline"])
