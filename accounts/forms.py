"""The forms of the account pages that aren't allauth's own."""

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.agents import MOST_CHANGES, Terms
from accounts.colors import PALETTE
from accounts.models import NAME_LENGTH, User, one_line

LIFETIMES = (
    ("30", _("30 days")),
    ("90", _("90 days")),
    ("365", _("1 year")),
    ("", _("Until I revoke it")),
)


class SignupForm(forms.Form):
    """What allauth's sign-up asks besides e-mail and password."""

    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=128,
        validators=[one_line],
        widget=forms.TextInput(attrs={"autocomplete": "name", "placeholder": _("As others will see it")}),
    )
    field_order = ["name", "email", "password1", "password2"]  # noqa: RUF012 - as Django declares it

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth with the new person."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """How others see a person."""

    color = forms.ChoiceField(
        label=_("Color"),
        choices=[(color, color) for color in PALETTE],
        widget=forms.RadioSelect,
        help_text=_("Marks your caret and your selections."),
    )

    class Meta:
        model = User
        fields = ("name", "color")
        widgets: ClassVar[dict[str, forms.Widget]] = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


class AgentForm(forms.Form):
    """An agent to be made."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        validators=[one_line],
        widget=forms.TextInput(attrs={"placeholder": _("As others will see it"), "autocomplete": "off"}),
    )
    changes_an_hour = forms.IntegerField(
        label=_("Changes an hour, at most"),
        min_value=1,
        max_value=MOST_CHANGES,
        required=False,
        help_text=_("Empty: any number."),
    )

    def terms(self) -> Terms:
        """What `agents.make` takes."""
        return {"name": self.cleaned_data["name"], "changes_an_hour": self.cleaned_data["changes_an_hour"]}


class TokenForm(forms.Form):
    """A token to be made."""

    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        validators=[one_line],
        widget=forms.TextInput(attrs={"placeholder": _("What it is for"), "autocomplete": "off"}),
    )
    scope = forms.ChoiceField(
        label=_("May"), choices=[("read", _("Read only")), ("write", _("Read and write"))], initial="read"
    )
    days = forms.ChoiceField(label=_("Lives"), choices=LIFETIMES, required=False, initial="90")

    def wanted(self) -> dict[str, Any]:
        """The arguments that `acts.make_token` takes."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "scopes": ["read", "write"] if data["scope"] == "write" else ["read"],
            "expires_at": timezone.now() + timedelta(days=int(data["days"])) if data["days"] else None,
        }
