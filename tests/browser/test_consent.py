"""Someone is asked by an application, lets it act for them, sees it do so, and ends that."""

import httpx
from playwright.async_api import Route, expect

from tests.accounts.applications.conftest import BACK, CHALLENGE, VERIFIER
from tests.browser.conftest import LogIn, NewDocument
from tests.browser.window import Window
from tests.live import LiveServer


async def test_it_works(log_in: LogIn, new_document: NewDocument, site: LiveServer) -> None:
    document = await new_document("Plans")
    application = {"name": "Calendar", "redirect_uris": [BACK], "scopes": ["openid", "read", "edit", "share"]}
    client_id = site.rest("mallory", "POST", "/api/v1/applications", application)["client_id"]
    context = await log_in("alice")
    window = await Window.new(context)
    page = window.page

    async def waits(route: Route) -> None:
        await route.fulfill(status=200, content_type="text/html", body="<h1>Back at the calendar</h1>")

    await context.route(f"{BACK}**", waits)
    asked = {"client_id": client_id, "redirect_uri": BACK, "response_type": "code", "scope": "read edit share"}
    proof = {"code_challenge": CHALLENGE, "code_challenge_method": "S256", "state": "s1"}
    await page.goto(f"/identity/o/authorize?{httpx.QueryParams(asked | proof)}")
    await expect(page.locator("h1")).to_have_text("Let Calendar act for you?")
    await expect(page.get_by_text("Registered by Mallory")).to_be_visible()
    await page.get_by_label("Share your documents with others").uncheck()
    await page.get_by_role("button", name="Allow", exact=True).click()
    await expect(page.locator("h1")).to_have_text("Back at the calendar")
    code = httpx.URL(page.url).params["code"]

    async with httpx.AsyncClient(base_url=site.url) as program:
        wanted = {"grant_type": "authorization_code", "client_id": client_id, "redirect_uri": BACK}
        answer = await program.post("/identity/o/api/token", data=wanted | {"code": code, "code_verifier": VERIFIER})
        tokens = answer.raise_for_status().json()
        assert tokens["scope"] == "read edit"
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        seen = await program.get(f"/api/v1/documents/{document}", headers=headers)
        assert seen.json()["title"] == "Plans"
        await page.goto("/accounts/applications/")
        await page.get_by_role("button", name="Let Calendar act for you no more").click()
        await expect(page.get_by_text("No application may act for you.")).to_be_visible()
        assert (await program.get("/api/v1/documents", headers=headers)).status_code == 401
    assert window.problems == []
    await context.close()
