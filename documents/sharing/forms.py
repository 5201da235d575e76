"""What someone who comes by a link is asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.names import cleaned
from documents.sharing.models import ShareLink
from protocol.errors import ProtocolError

LONGEST_NAME = 60


class EntranceForm(forms.Form):
    """A guest's name, and the link's password: each where it is needed."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
        help_text=_("As the others will see it. You come in as a guest."),
    )
    password = forms.CharField(
        label=_("Password of the link"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, link: ShareLink, as_guest: bool) -> None:
        super().__init__(*args)
        if not as_guest:
            del self.fields["name"]
        if not link.password:
            del self.fields["password"]

    def clean_name(self) -> str:
        try:
            return cleaned(self.cleaned_data["name"])
        except ProtocolError as error:
            raise forms.ValidationError(_("This cannot be shown as a name.")) from error
