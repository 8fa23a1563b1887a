"""Guests on file at a venue: found while typing, looked at, corrected, and made one of two."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from config.front.pages.customer import find_customers, get_customer_page
from config.front.web import answers
from config.front.web.customer_forms import CustomerForm, MergeForm
from config.front.web.forms import refuse
from config.front.web.staff import staff_page, wants_region
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import CONFLICT, UNPROCESSABLE, translated
from orders.models import Customer, Membership
from orders.rules.roles import NotAllowed, Right, Role
from orders.selectors import customers as on_file
from orders.services import customer_merges
from orders.services import customers as entries

LONGEST_SEARCH: Final = 100
SUGGESTED: Final = 8


@require_safe
@staff_page()
def customers(request: HttpRequest, member: Membership) -> HttpResponse:
    """Who is on file, narrowed by what is typed."""
    words = _words(request.GET.get("q", ""))
    region = wants_region(request)
    page = find_customers(member.venue, words=words)
    context = {"page": page, "words": words, "is_region": region}
    template = "front/customers/_found.html" if region else "front/customers/list.html"
    return render(request, template, _frame(member) | context)


@require_safe
@staff_page()
def suggest(request: HttpRequest, member: Membership) -> HttpResponse:
    """Options for the address field of a form: whoever has these letters, by name or address."""
    words = _words(request.GET.get("email", ""))
    found = find_customers(member.venue, words=words)
    people = [each.customer for each in found.found if found.is_searched and each.customer.email]
    context = {"people": people[:SUGGESTED]}
    return render(request, "front/customers/_options.html", context)


@require_safe
@staff_page()
def detail(request: HttpRequest, member: Membership, customer_id: UUID) -> HttpResponse:
    """One guest. An entry that was merged leads to the one that was kept."""
    customer = _get(member, customer_id)
    if customer.merged_into_id is not None:
        return redirect("customers:detail", member.venue.slug, customer.merged_into_id)
    page = get_customer_page(member, customer, page=request.GET.get("page", ""), now=clock.now())
    return render(request, "front/customers/detail.html", _frame(member) | {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def entry(request: HttpRequest, member: Membership, customer_id: UUID) -> HttpResponse:
    """Correct what is on file."""
    customer = _get(member, customer_id)
    known = {name: getattr(customer, name) for name in CustomerForm.base_fields}
    form = CustomerForm(answers.sent(request), initial=known)
    other: Customer | None = None
    if form.is_valid():
        typed = dict(form.cleaned_data)
        try:
            entries.edit(customer=customer, by=member.user, now=clock.now(), **typed)
        except entries.CustomerMerged:
            return answers.go_to(request, "customers:detail", member.venue.slug, customer.id)
        except DomainError as refusal:
            refuse(form, refusal)
            other = _holder(member, customer, refusal, typed)
        else:
            messages.success(request, gettext("Saved"))
            return answers.go_to(request, "customers:detail", member.venue.slug, customer.id)
    context = {
        "customer": customer,
        "form": form,
        "other": other,
        "may_merge": member.may(Right.MERGE_CUSTOMERS),
    }
    status = UNPROCESSABLE if form.is_bound else answers.OK
    template = "front/customers/dialogs/edit.html"
    return answers.show_dialog(request, template, _frame(member) | context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MERGE_CUSTOMERS)
def merging(request: HttpRequest, member: Membership, customer_id: UUID) -> HttpResponse:
    """Find the other entry of the same person, see what would move, choose which one stays."""
    customer = _get(member, customer_id)
    if request.method == "POST":
        return _merge(request, member, customer)
    if customer.merged_into_id is not None:
        return redirect("customers:detail", member.venue.slug, customer.merged_into_id)
    other = _find(member, request.GET.get("with", ""))
    if other is None or other == customer or other.merged_into_id is not None:
        return _ask_for_other(request, member, customer)
    return _show_both(request, member, customer, other)


def _merge(request: HttpRequest, member: Membership, customer: Customer) -> HttpResponse:
    form = MergeForm(request.POST)
    if not form.is_valid():
        other = _find(member, request.POST.get("other", ""))
        if other is None:
            return _ask_for_other(request, member, customer, status=UNPROCESSABLE)
        alert = gettext("Choose which of the two stays.")
        return _show_both(request, member, customer, other, alert=alert, status=UNPROCESSABLE)
    other = _get(member, form.cleaned_data["other"])
    both = {customer.id: other, other.id: customer}
    kept_id = form.cleaned_data["keep"]
    if kept_id not in both:
        raise Http404
    try:
        kept = customer_merges.merge(
            venue=member.venue,
            kept_id=kept_id,
            gone_id=both[kept_id].id,
            by=member.user,
            role=Role(member.role),
            now=clock.now(),
        )
    except NotAllowed:
        raise
    except DomainError as refusal:
        status, alert = CONFLICT, translated(refusal)
        return _show_both(request, member, customer, other, alert=alert, status=status)
    messages.success(request, gettext("%(name)s is one entry now") % {"name": kept})
    return answers.go_to(request, "customers:detail", member.venue.slug, kept.id)


def _show_both(
    request: HttpRequest,
    member: Membership,
    customer: Customer,
    other: Customer,
    *,
    alert: str = "",
    status: int = answers.OK,
) -> HttpResponse:
    previews = (
        customer_merges.preview(kept=customer, gone=other),
        customer_merges.preview(kept=other, gone=customer),
    )
    context = {"customer": customer, "other": other, "previews": previews, "alert": alert}
    template = "front/customers/merge.html"
    return render(request, template, _frame(member) | context, status=status)


def _ask_for_other(
    request: HttpRequest, member: Membership, customer: Customer, *, status: int = answers.OK
) -> HttpResponse:
    words = _words(request.GET.get("q", customer.name))
    found = find_customers(member.venue, words=words)
    others = [each for each in found.found if each.customer != customer and found.is_searched]
    context = {"customer": customer, "others": others, "words": words}
    template = "front/customers/other.html"
    return render(request, template, _frame(member) | context, status=status)


def _holder(
    member: Membership, customer: Customer, refusal: DomainError, typed: dict[str, Any]
) -> Customer | None:
    """Whose address or number it is that somebody typed for this one."""
    if not isinstance(refusal, entries.AddressTaken):
        return None
    email = entries.clean_email(typed["email"])
    phone = entries.clean_phone(typed["phone"], venue=member.venue)
    holders = [
        on_file.find(venue=member.venue, email=email),
        on_file.find(venue=member.venue, phone=phone),
    ]
    return next((each for each in holders if each is not None and each != customer), None)


def _get(member: Membership, customer_id: UUID) -> Customer:
    customer = on_file.find_on_file(venue=member.venue, customer_id=customer_id)
    if customer is None:
        raise Http404
    return customer


def _find(member: Membership, customer_id: str) -> Customer | None:
    try:
        wanted = UUID(customer_id)
    except ValueError:
        return None
    return on_file.find_on_file(venue=member.venue, customer_id=wanted)


def _words(typed: str) -> str:
    """What to look for: one short line, without what no database takes."""
    return typed.replace("\x00", "")[:LONGEST_SEARCH].strip()


def _frame(member: Membership) -> dict[str, Any]:
    return {"venue": member.venue, "nav": "customers"}
