import { api, type DocumentRow } from "../api";
import { byId, fromTemplate, part } from "../dom";
import { gettext, interpolate } from "../gettext";
import { relativeTime } from "../time";

/** The documents that can still be brought back, folded away below the others; not there while it is empty. */
export class TrashCan {
  private readonly element = byId<HTMLDetailsElement>("trash");
  private shown = "";

  constructor(private readonly restore: (row: DocumentRow) => Promise<void>) {}

  async load(): Promise<void> {
    const documents = await api.trashed();
    this.element.hidden = documents.length === 0;
    part(this.element, "count").textContent = String(documents.length);
    // Only what has changed is drawn, so that the focus stays.
    const shown = JSON.stringify(documents);
    if (shown === this.shown) return;
    this.shown = shown;
    part(this.element, "list").replaceChildren(...documents.map((row) => this.row(row)));
  }

  private row(row: DocumentRow): HTMLElement {
    const element = fromTemplate("trashed-template");
    const link = part<HTMLAnchorElement>(element, "link");
    link.href = `/documents/${row.id}/`;
    link.textContent = row.title;
    const changed = new Date(row.updated_at);
    const when = part(element, "when");
    when.textContent = interpolate(gettext("Last changed %(when)s"), { when: relativeTime(changed) });
    when.title = changed.toLocaleString(document.documentElement.lang);
    const restore = part<HTMLButtonElement>(element, "restore");
    restore.setAttribute("aria-label", interpolate(gettext("Restore “%(title)s”"), { title: row.title }));
    restore.addEventListener("click", () => void this.restore(row));
    return element;
  }
}
