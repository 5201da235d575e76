"""What the account pages' templates need and templates can't say."""

from django import template
from django.conf import settings
from django.forms import BoundField
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

CLASSES = {"checkbox": "", "radioselect": "", "select": "select", "hidden": ""}


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """A form field's input, in the site's look; Django ties it to its help text and its errors."""
    attributes: dict[str, str | bool] = {"class": CLASSES.get(field.widget_type, "input")}
    if str(field.label).lower() in str(field.field.widget.attrs.get("placeholder", "")).lower():
        attributes["placeholder"] = ""  # it would say what the label says
    return field.as_widget(attrs=attributes)


@register.simple_tag
def sign_up_is_open() -> bool:
    """Whether anyone may make an account."""
    return bool(settings.ACCOUNT_SIGN_UP_OPEN)


@register.simple_tag(takes_context=True)
def section(context: RequestContext, name: str, label: str) -> SafeString:
    """A link to a section of the account pages, marked where one is in it."""
    url = reverse(name)
    current = context["request"].path.startswith(url)
    return format_html('<a href="{}"{}>{}</a>', url, SafeString(' aria-current="page"' if current else ""), label)


BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@register.filter
def browser(user_agent: str) -> str:
    """What a User-Agent header most likely is, for its owner to recognise; unknown ones are shown as they are."""
    name = next((name for mark, name in BROWSERS if mark in user_agent), None)
    system = next((name for mark, name in SYSTEMS if mark in user_agent), None)
    if name is None or system is None:
        return user_agent[:40]
    return _("%(browser)s on %(system)s") % {"browser": name, "system": system}
