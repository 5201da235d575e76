"""Signing in with a passkey: the browser's own dialog, and no password."""

from playwright.async_api import Browser, Page

from tests.live import LiveServer

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
VERIFY = "from allauth.account.models import EmailAddress as E; E.objects.filter(email='{}').update(verified=True)"
EMAIL, PASSWORD = "passkey@example.com", "a long and winding road"


async def with_authenticator(page: Page) -> None:
    """Gives the browser a fingerprint reader, whose owner always touches it."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


async def test_a_passkey_is_made_and_opens_the_door(chromium: Browser, site: LiveServer) -> None:
    # Browsers want a name for it, and take no address.
    context = await chromium.new_context(base_url=site.url.replace("127.0.0.1", "localhost"))
    page = await context.new_page()
    await with_authenticator(page)
    await page.goto("/accounts/signup/")
    await page.fill("input[name=email]", EMAIL)
    await page.fill("input[name=password1]", PASSWORD)
    await page.fill("input[name=password2]", PASSWORD)
    await page.press("input[name=password2]", "Enter")
    await page.wait_for_url("/")
    site.manage("shell", "-c", VERIFY.format(EMAIL))

    await page.goto("/accounts/2fa/webauthn/add/")
    await page.fill("input[name=password]", PASSWORD)
    await page.press("input[name=password]", "Enter")
    await page.fill("input[name=name]", "My laptop")
    await page.check("input[name=passwordless]")
    await page.click("#mfa_webauthn_add")
    await page.wait_for_url("**/recovery-codes/")

    await page.goto("/accounts/logout/")
    await page.get_by_role("main").get_by_role("button", name="Log out").click()
    await page.goto("/accounts/login/")
    await page.get_by_role("button", name="Log in with a passkey").click()
    await page.get_by_text("Nothing here yet").wait_for()
    await context.close()
