"""Review of people: who works where, in which role. For owners."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.kernel import clock
from config.kernel.admin import ServiceForm, VenueFilter
from orders.admin.base import OrdersAdmin, report
from orders.models import Membership, PeopleEvent, User
from orders.rules.roles import Right, Role
from orders.services import memberships, people


class ByForm(ServiceForm):
    """A form that says who filled it in: nobody changes their own role."""

    by: User


class JoinForm(ByForm):
    """Let somebody in who may not have been here before."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    email = forms.EmailField(label=gettext_lazy("Email"))

    class Meta:
        model = Membership
        fields = ["venue", "role"]

    def carry_out(self) -> Membership:
        said = self.cleaned_data
        return people.invite(
            venue=said["venue"],
            name=said["name"],
            email=said["email"],
            role=Role(said["role"]),
            now=clock.now(),
            by=self.by,
        )


class RoleForm(ByForm):
    """Let somebody do more, or less."""

    class Meta:
        model = Membership
        fields = ["role"]

    def carry_out(self) -> Membership:
        return memberships.change_role(
            membership=self.instance,
            role=Role(self.cleaned_data["role"]),
            now=clock.now(),
            by=self.by,
        )


@admin.register(Membership)
class MembershipAdmin(OrdersAdmin):
    right = Right.MANAGE_PEOPLE
    may_add = may_change = True
    list_display = ["user", "venue", "role", "started_at", "ended_at"]
    list_select_related = ["user", "venue"]
    list_filter = [VenueFilter, "role", ("ended_at", admin.EmptyFieldListFilter)]
    search_fields = ["user__name", "user__email"]
    ordering = ["venue__name", "user__name"]
    actions = ["end"]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = RoleForm if change else JoinForm
        kwargs["form"] = type(form.__name__, (form,), {"by": request.user})
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ["venue", "name", "email", "role"]
        return ["user", "venue", "role", "started_at", "ended_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if obj is None else ["user", "venue", "started_at", "ended_at"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What has ended is history."""
        ended = obj is not None and obj.ended_at is not None
        return not ended and super().has_change_permission(request, obj)

    @admin.action(description=gettext_lazy("End: they work here no more"), permissions=["act"])
    def end(self, request: HttpRequest, rows: QuerySet[Membership]) -> None:
        by = request.user
        assert isinstance(by, User)

        def work(member: Membership) -> str:
            memberships.leave(membership=member, now=clock.now(), by=by)
            return _("has left; their keys are ended.")

        report(self, request, rows.filter(ended_at=None), work)


@admin.register(PeopleEvent)
class PeopleEventAdmin(OrdersAdmin):
    """Who joined, left, was given which role or key, and by whom."""

    right = Right.MANAGE_PEOPLE
    list_display = ["at", "kind", "about", "by", "data", "venue"]
    list_select_related = ["membership__user", "by", "venue"]
    list_filter = [VenueFilter, "kind"]
    date_hierarchy = "at"
    ordering = ["-at", "-id"]
    fields = list_display

    @admin.display(description=gettext_lazy("about"))
    def about(self, row: PeopleEvent) -> str:
        return str(row.membership.user) if row.membership else str(row.data.get("name", "-"))


@admin.register(User)
class UserAdmin(OrdersAdmin):
    """People as they are known; what they may do hangs on their memberships."""

    right = Right.MANAGE_PEOPLE
    list_display = ["name", "email", "is_active", "is_staff", "last_login"]
    search_fields = ["name", "email"]
    ordering = ["name", "email"]
    fields = ["name", "email", "is_active", "is_staff", "last_login", "date_joined"]

    def rows_of(self, rows: QuerySet[User], venues: frozenset[UUID]) -> QuerySet[User]:
        return rows.filter(pk__in=Membership.objects.filter(venue__in=venues).values("user"))

    def is_within_reach(self, request: HttpRequest, row: Any) -> bool:
        if row is None or self.reach(request) is None:
            return super().is_within_reach(request, None)
        return self.get_queryset(request).filter(pk=row.pk).exists()
