"""What owners type about people and keys, and what somebody invited types about themselves."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from config.front.web.forms import RequestKey
from orders.models import User
from orders.rules.roles import Role

LONGEST_PASSWORD: Final = 128
REACH: Final = (
    (Role.STAFF, _("Staff: tabs, links and payments at the counter")),
    (Role.MANAGER, _("Manager: also reopen, void, review money, the menu")),
    (Role.OWNER, _("Owner: everything, people and keys included")),
)


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=REACH, label=_("What they may do"), widget=forms.RadioSelect)


class InviteForm(RoleForm):
    name = forms.CharField(
        max_length=80,
        label=_("Name"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    email = forms.CharField(
        max_length=254,
        label=_("Email"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
    field_order = ("name", "email", "role")


class KeyForm(RoleForm, RequestKey):
    name = forms.CharField(
        max_length=60,
        label=_("What will use it"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    field_order = ("name", "role")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].label = _("What it may do")


class NewPersonForm(forms.Form):
    """A name and a password of one's own. `email` is the invitation's, and not to be changed."""

    name = forms.CharField(
        max_length=80, label=_("Your name"), widget=forms.TextInput({"autocomplete": "name"})
    )
    password = forms.CharField(
        max_length=LONGEST_PASSWORD,
        strip=False,
        label=_("Password"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.email = email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        who = User(email=self.email, name=cleaned.get("name", ""))
        try:
            password_validation.validate_password(cleaned.get("password", ""), who)
        except ValidationError as error:
            if "password" in cleaned:
                self.add_error("password", error)
        return cleaned
