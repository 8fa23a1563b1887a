"""Django admin as staff review: people see their own venues, services write, money only shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from config.kernel.errors import DomainError
from config.kernel.http import translated


class Member(Protocol):
    """Somebody's standing at a venue."""

    venue_id: UUID

    def may(self, right: Any) -> bool: ...


class ReviewAdmin(admin.ModelAdmin):
    """What a member's role lets them look at, at their own venues; a superuser sees everything.

    Django's permission rows have no say: a person may have one role here and another there.
    `venue_path` leads from a row to its venue; empty, the row is a venue itself.
    """

    venue_path = "venue"
    right: Any = None
    may_add = may_change = False
    # Django's own defaults; its types would not let one page build its lists out of another's.
    fields: ClassVar[Any] = None
    list_display: Any = ("__str__",)
    list_filter: ClassVar[Any] = ()
    list_select_related: ClassVar[Any] = False

    def members(self, request: HttpRequest) -> Sequence[Member]:
        """Where the person works."""
        raise NotImplementedError

    def reach(self, request: HttpRequest) -> frozenset[UUID] | None:
        """The venues of which rows may be seen; None: all there are."""
        if request.user.is_superuser:
            return None
        return frozenset(
            member.venue_id for member in self.members(request) if member.may(self.right)
        )

    def is_within_reach(self, request: HttpRequest, row: models.Model | None) -> bool:
        reach = self.reach(request)
        if reach is None or row is None:
            return reach is None or bool(reach)
        for name in filter(None, self.venue_path.split("__")[:-1]):
            row = getattr(row, name)
        last = self.venue_path.rpartition("__")[2]
        return getattr(row, f"{last}_id" if last else "pk") in reach

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)
        reach = self.reach(request)
        return rows if reach is None else self.rows_of(rows, reach)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Without the venue, for whoever has only one."""
        reach = self.reach(request)
        shown = list(super().get_list_display(request))
        if reach is not None and len(reach) == 1:
            return [column for column in shown if column not in {"venue", "venue_name"}]
        return shown

    def rows_of(self, rows: models.QuerySet[Any], venues: frozenset[UUID]) -> models.QuerySet[Any]:
        """Those of the rows that belong to these venues."""
        return rows.filter(**{f"{self.venue_path or 'pk'}__in": venues})

    def get_field_queryset(
        self, db: str | None, db_field: Any, request: HttpRequest
    ) -> models.QuerySet[Any] | None:
        """What may be chosen in a form: rows within reach, never another venue's."""
        related = self.admin_site._registry.get(db_field.remote_field.model)  # noqa: SLF001  # As Django's own.
        if isinstance(related, ReviewAdmin):
            return related.get_queryset(request)
        return super().get_field_queryset(db, db_field, request)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Whoever works at one venue adds things there."""
        reach = self.reach(request)
        given = super().get_changeform_initial_data(request)
        if reach is not None and len(reach) == 1 and self.venue_path == "venue":
            return {"venue": next(iter(reach)), **given}
        return dict(given)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_at_work(request) and self.is_within_reach(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and self.has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted here: things end, and history names them."""
        return False

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Who may look may also use the actions of a page; the service checks the rest."""
        return self.has_view_permission(request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing: the form's service has written already."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing, for the same reason."""


class ServiceForm(forms.ModelForm):
    """A form that a service carries out, as the last step of validation.

    So a refusal of the domain stands above the fields with what was typed still in them.
    """

    def carry_out(self) -> models.Model:
        """Call the service; what it wrote."""
        raise NotImplementedError

    def _post_clean(self) -> None:
        if self.errors:
            return
        try:
            with transaction.atomic():
                self.instance = self.carry_out()
        except DomainError as refusal:
            self.add_error(None, translated(refusal))


class VenueFilter(admin.SimpleListFilter):
    """The person's own venues; gone where there is only one."""

    title = _("venue")
    parameter_name = "at"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        venue: Any = model_admin.model
        for name in filter(None, model_admin.venue_path.split("__")):
            venue = venue._meta.get_field(name).related_model  # noqa: SLF001  # Django's public name for it.
        venues = venue.objects.order_by("name")
        reach = model_admin.reach(request)
        if reach is not None:
            venues = venues.filter(pk__in=reach)
        self.path = model_admin.venue_path or "pk"
        found = [(str(pk), name) for pk, name in venues.values_list("pk", "name")]
        return found if len(found) > 1 else []

    def queryset(
        self, request: HttpRequest, queryset: models.QuerySet[Any]
    ) -> models.QuerySet[Any]:
        known = {value for value, _name in self.lookup_choices}
        return queryset.filter(**{self.path: self.value()}) if self.value() in known else queryset


def link(text: object, name: str, *args: object, **query: object) -> SafeString:
    """A link to a page by its name, with a query if it has one."""
    address = reverse(name, args=args) + (f"?{urlencode(query)}" if query else "")
    return format_html('<a href="{}">{}</a>', address, text)


def row_link(row: models.Model | None) -> SafeString | str:
    """A link to a row's own page in the admin."""
    if row is None:
        return "-"
    names = row._meta  # noqa: SLF001  # Django's public name for it.
    return link(row, f"admin:{names.app_label}_{names.model_name}_change", row.pk)


def _is_at_work(request: HttpRequest) -> bool:
    return request.user.is_active and (request.user.is_staff or request.user.is_superuser)
