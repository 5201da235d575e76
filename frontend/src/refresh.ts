/** Parts of a page that show what is live, `data-refresh="seconds"`, are read again while someone looks at them. */
export function keepFresh(part: HTMLElement): void {
  const seconds = Number(part.dataset.refresh);
  window.setInterval(() => {
    // What one is about to press stays where it is.
    if (!document.hidden && !part.contains(document.activeElement)) void refresh(part);
  }, seconds * 1000);
}

async function refresh(part: HTMLElement): Promise<void> {
  const answer = await fetch(window.location.href).catch(() => null);
  if (!answer?.ok || answer.redirected || part.contains(document.activeElement)) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-refresh]");
  if (fresh) part.replaceChildren(...fresh.childNodes);
}
