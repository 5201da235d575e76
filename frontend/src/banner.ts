import { byId } from "./dom";

/** What the server's administrators tell everybody, above the page; nothing where the text is empty. */
export function showBanner(text: string): void {
  const banner = byId("banner");
  banner.textContent = text;
  banner.hidden = text === "";
}
