"""Photos of what is sold: given by managers, shown to everybody who can see the menu."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from config.front.web import answers
from config.front.web.catalogue_files import FORM_AROUND, TOO_LARGE
from config.front.web.catalogue_items import get_item
from config.front.web.staff import staff_page
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import translated
from orders.models import Membership
from orders.rules.photos import MOST_BYTES
from orders.rules.roles import Right
from orders.selectors import photos as kept
from orders.services import photos

# An address names its content, so what was fetched once is good for ever.
FOR_EVER: Final = 365 * 24 * 3600


class PhotoForm(forms.Form):
    photo = forms.FileField(allow_empty_file=True)


@require_safe
@cache_control(public=True, max_age=FOR_EVER, immutable=True)
def photo(_request: HttpRequest, digest: str) -> HttpResponse:
    """One photo. Whoever knows its address may see it: it stands on menus."""
    data = kept.find(digest)
    if data is None:
        raise Http404
    answer = HttpResponse(data, content_type="image/webp")
    answer["Content-Disposition"] = "inline"
    return answer


@csrf_exempt
def item_photo(request: HttpRequest, slug: str, item_id: UUID) -> HttpResponse:
    """Give an item a photo. What is too large is refused before anything reads it."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    is_fine = length.isdecimal() and int(length) <= MOST_BYTES + FORM_AROUND
    answer: HttpResponse = (_keep if is_fine else _too_large)(request, slug=slug, item_id=item_id)
    return answer


@csrf_protect
@require_POST
@staff_page(Right.EDIT_CATALOGUE)
def _keep(request: HttpRequest, member: Membership, item_id: UUID) -> HttpResponse:
    found = get_item(member, item_id)
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, gettext("Choose a photo first."))
        return answers.go_to(request, "catalogue:item", member.venue.slug, found.id)
    sent = form.cleaned_data["photo"].read(MOST_BYTES + 1)
    try:
        photos.keep_photo(item=found, sent=sent, by=member.user, now=clock.now())
    except DomainError as refusal:
        messages.error(request, translated(refusal))
    else:
        messages.success(request, gettext("%(item)s has a photo now") % {"item": found.name})
    return answers.go_to(request, "catalogue:item", member.venue.slug, found.id)


@require_POST
@staff_page(Right.EDIT_CATALOGUE)
def _too_large(_request: HttpRequest, member: Membership, item_id: UUID) -> HttpResponse:
    get_item(member, item_id)
    return HttpResponse(gettext("The photo is larger than 8 MB."), status=TOO_LARGE)


@require_POST
@staff_page(Right.EDIT_CATALOGUE)
def item_photo_removal(request: HttpRequest, member: Membership, item_id: UUID) -> HttpResponse:
    """Take an item's photo away."""
    found = get_item(member, item_id)
    photos.remove_photo(item=found)
    messages.success(request, gettext("%(item)s has no photo now") % {"item": found.name})
    return answers.go_to(request, "catalogue:item", member.venue.slug, found.id)
