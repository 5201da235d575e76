import { byId, part } from "../dom";
import { gettext } from "../gettext";

interface State {
  heading: string;
  text: string;
  action?: "login" | "reload";
}

/** What the page says when the server has closed the document to this tab for good. */
export function pageState(code: string, opened: boolean): State {
  switch (code) {
    case "unauthenticated":
      return {
        heading: gettext("You are logged out"),
        text: gettext("Log in again to go on. What was not saved yet is kept in this browser."),
        action: "login",
      };
    case "not_found":
    case "forbidden":
      return opened
        ? {
            heading: gettext("You no longer have access"),
            text: gettext("The document was deleted, or is no longer shared with you."),
          }
        : {
            heading: gettext("No such document"),
            text: gettext("It was deleted, never existed, or is not shared with you."),
          };
    case "replaced":
      return {
        heading: gettext("Open in another place"),
        text: gettext("This document went on in another tab that took over from this one."),
        action: "reload",
      };
    case "disconnected":
      return {
        heading: gettext("An administrator has ended this connection"),
        text: gettext("What you typed is kept in this browser, and is sent when you load the document again."),
        action: "reload",
      };
    default:
      return {
        heading: gettext("The connection was closed"),
        text: gettext("The server and this page do not understand each other. A newer version may be there."),
        action: "reload",
      };
  }
}

export function showPageState(code: string, opened: boolean): void {
  const card = byId("page-state");
  const { heading, text, action } = pageState(code, opened);
  part(card, "heading").textContent = heading;
  part(card, "text").textContent = text;
  const login = part<HTMLAnchorElement>(card, "login");
  login.search = new URLSearchParams({ next: window.location.pathname }).toString();
  login.hidden = action !== "login";
  const reload = part<HTMLButtonElement>(card, "reload");
  reload.hidden = action !== "reload";
  reload.onclick = () => window.location.reload();
  card.hidden = false;
  // Who writes at the end of a long text is far from it.
  card.scrollIntoView({ block: "center" });
}
