"""Review of what is sold: sections, items and choices. Items are retired, never deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.kernel import clock
from config.kernel.admin import ServiceForm, VenueFilter
from config.kernel.money import InexactAmount, Money
from config.kernel.written_money import money_text
from orders.admin.base import OrdersAdmin, read_money, report, typed
from orders.models import CatalogueItem, Category, ModifierGroup, User
from orders.rules.roles import Right
from orders.services import catalogue
from orders.services.catalogue import ItemDetails, NewChoice


class MenuAdmin(OrdersAdmin):
    """Part of the menu: managers edit it, and nothing on it is deleted."""

    right = Right.EDIT_CATALOGUE
    may_add = True
    list_filter = [VenueFilter]
    list_select_related = ["venue"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A thing does not move to another venue."""
        return [] if obj is None else ["venue"]


class CategoryForm(ServiceForm):
    class Meta:
        model = Category
        fields = ["venue", "name"]

    def carry_out(self) -> Category:
        if self.instance.pk is None:
            return catalogue.add_category(**self.cleaned_data)
        return catalogue.rename_category(category=self.instance, name=self.cleaned_data["name"])


@admin.register(Category)
class CategoryAdmin(MenuAdmin):
    may_change = True
    form = CategoryForm
    list_display = ["name", "venue", "position"]
    ordering = ["venue__name", "position"]
    search_fields = ["name"]
    fields = ["venue", "name"]


class ItemForm(ServiceForm):
    by: User
    price = forms.CharField(label=gettext_lazy("Price"), max_length=16)

    class Meta:
        model = CatalogueItem
        fields = [
            "venue", "category", "name", "tax_rate", "modifier_groups",
            "duration_minutes", "expected_result", "limits",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "venue" not in self.fields:
            self.fields["price"].initial = typed(self.instance.price)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        venue = said.get("venue") or getattr(self.instance, "venue", None)
        if venue is not None and "price" in said:
            said["price"] = read_money(self, "price", venue.currency)
        return said

    def carry_out(self) -> CatalogueItem:
        said = dict(self.cleaned_data)
        venue = said.pop("venue", None)
        details = ItemDetails(groups=list(said.pop("modifier_groups")), **said)
        if venue is not None:
            return catalogue.create_item(venue=venue, details=details, by=self.by, now=clock.now())
        return catalogue.update_item(
            item=self.instance, details=details, by=self.by, now=clock.now()
        )


@admin.register(CatalogueItem)
class ItemAdmin(MenuAdmin):
    may_change = True
    form = ItemForm
    list_display = ["name", "category", "price_shown", "tax_rate", "is_available", "retired_at"]
    list_select_related = ["venue", "category", "tax_rate"]
    list_filter = [VenueFilter, "is_available", ("retired_at", admin.EmptyFieldListFilter)]
    ordering = ["venue__name", "category__position", "position", "name"]
    search_fields = ["name", "category__name"]
    fields = [
        "venue", "category", "name", "price", "tax_rate", "modifier_groups",
        "duration_minutes", "expected_result", "limits",
    ]  # fmt: skip
    actions = ["sold_out", "available", "retire"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Where nothing can be changed there is no form, and the price shows as text."""
        shown = (
            "price" if obj is None or self.has_change_permission(request, obj) else "price_shown"
        )
        return [shown if field == "price" else field for field in self.fields]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any
    ) -> Any:
        """A form that knows who fills it in: a wording keeps who wrote it."""
        form = super().get_form(request, obj, change, **options)
        return type(form.__name__, (form,), {"by": request.user})

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is retired is history."""
        retired = obj is not None and obj.retired_at is not None
        return not retired and super().has_change_permission(request, obj)

    @admin.display(description=gettext_lazy("price"), ordering="price_minor")
    def price_shown(self, row: CatalogueItem) -> str:
        return money_text(row.price)

    @admin.action(description=gettext_lazy("Sold out today"), permissions=["act"])
    def sold_out(self, request: HttpRequest, rows: QuerySet[CatalogueItem]) -> None:
        self._set(request, rows, is_available=False)

    @admin.action(description=gettext_lazy("To be had again"), permissions=["act"])
    def available(self, request: HttpRequest, rows: QuerySet[CatalogueItem]) -> None:
        self._set(request, rows, is_available=True)

    @admin.action(description=gettext_lazy("Retire: off the menu for good"), permissions=["act"])
    def retire(self, request: HttpRequest, rows: QuerySet[CatalogueItem]) -> None:
        def work(item: CatalogueItem) -> str:
            catalogue.retire_item(item_id=item.pk, venue=item.venue, now=clock.now())
            return _("off the menu; tabs that have it keep it.")

        report(self, request, rows.filter(retired_at=None), work)

    def _set(
        self, request: HttpRequest, rows: QuerySet[CatalogueItem], *, is_available: bool
    ) -> None:
        user = request.user
        assert isinstance(user, User)

        def work(item: CatalogueItem) -> str:
            catalogue.set_available(
                item_id=item.pk, venue=item.venue, is_available=is_available, by=user
            )
            return _("to be had again.") if is_available else _("sold out.")

        report(self, request, rows.filter(retired_at=None), work)


class GroupForm(ServiceForm):
    choices = forms.CharField(
        label=gettext_lazy("Choices"),
        widget=forms.Textarea,
        max_length=4000,
        help_text=gettext_lazy("One on each line, with what it adds: Large = 0.60"),
    )

    class Meta:
        model = ModifierGroup
        fields = ["venue", "name", "min_choices", "max_choices"]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if "venue" in said and "choices" in said:
            said["choices"] = self._read(said["choices"], said["venue"].currency)
        return said

    def carry_out(self) -> ModifierGroup:
        said = self.cleaned_data
        return catalogue.create_group(
            venue=said["venue"],
            name=said["name"],
            choices=said["choices"],
            least=said["min_choices"],
            most=said["max_choices"],
        )

    def _read(self, text: str, currency: str) -> list[NewChoice]:
        found = []
        for line in filter(str.strip, text.splitlines()):
            name, _sign, amount = line.partition("=")
            try:
                delta = Money.parse(amount.strip().replace(",", ".") or "0", currency)
            except InexactAmount:
                self.add_error("choices", _("“%(line)s” has no amount.") % {"line": line.strip()})
            else:
                found.append(NewChoice(name=name, delta=delta))
        return found


@admin.register(ModifierGroup)
class GroupAdmin(MenuAdmin):
    """Groups are added, not changed: an item gets another group instead."""

    form = GroupForm
    list_display = ["name", "venue", "min_choices", "max_choices", "choices_shown"]
    ordering = ["venue__name", "position"]
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModifierGroup]:
        return super().get_queryset(request).prefetch_related("modifiers")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = ["venue", "name", "min_choices", "max_choices"]
        return [*shown, "choices" if obj is None else "choices_shown"]

    @admin.display(description=gettext_lazy("choices"))
    def choices_shown(self, row: ModifierGroup) -> SafeString:
        choices = sorted(row.modifiers.all(), key=lambda each: each.position)
        amounts = [Money(each.price_delta_minor, row.venue.currency) for each in choices]
        named = zip(choices, map(money_text, amounts), strict=True)
        return format_html_join(mark_safe("<br>"), "{} {}", named)
