"""The form by which someone registers an application."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.applications.acts import NAME_LENGTH
from accounts.applications.scopes import SCOPES
from accounts.models import one_line

KINDS = (
    ("page", _("In a browser, on a phone or a desktop: it can keep no secret")),
    ("server", _("On a server of its own: it gets a secret")),
    ("device", _("On a device without a browser: it shows a code")),
)


class ApplicationForm(forms.Form):
    """An application to be registered."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        validators=[one_line],
        widget=forms.TextInput(attrs={"placeholder": _("As people will know it"), "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("It runs"), choices=KINDS, initial="page", widget=forms.RadioSelect)
    addresses = forms.CharField(
        label=_("Where people are sent back to"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "https://example.com/callback", "spellcheck": "false"}),
        help_text=_("One address a line: https, or http://127.0.0.1 while you build it. A device needs none."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may ask for"),
        choices=list(SCOPES.items()),
        initial=["openid", "profile", "read"],
        widget=forms.CheckboxSelectMultiple,
    )

    def wanted(self) -> dict[str, Any]:
        """The arguments that `acts.register` takes."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "addresses": data["addresses"].split(),
            "keeps_secret": data["kind"] == "server",
            "by_device_code": data["kind"] == "device",
            "scopes": data["scopes"],
        }
