"""The front door: a person is led to the place where they work."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orders.models import User
from orders.selectors import memberships


@require_safe
@never_cache
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """To the board of the only place, or to a choice of places."""
    assert isinstance(request.user, User)
    members = memberships.list_for(request.user)
    if len(members) == 1:
        return redirect("board", members[0].venue.slug)
    return render(request, "front/home.html", {"members": members})
