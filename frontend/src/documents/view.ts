import { byId } from "../dom";
import { gettext } from "../gettext";
import type { Folder } from "./requests";

/** What the server is asked for each view, but for the order; `state=trashed` is the trash. */
const QUERIES: Readonly<Record<string, string>> = {
  all: "",
  recent: "order=opened",
  shared: "shared=true",
  starred: "starred=true",
  templates: "template=true",
  trash: "state=trashed",
};

/** Which documents are listed and in which order: a view, or a folder by its id. The page's address keeps it. */
export class View {
  folder: Folder | null = null;
  name: string;
  private readonly order = byId<HTMLSelectElement>("order");
  private readonly orderChoice = byId("order-choice");

  constructor(private readonly changed: () => void) {
    this.name = this.ofAddress();
    this.order.addEventListener("change", changed);
    window.addEventListener("popstate", () => this.enter(this.ofAddress()));
  }

  /** Shows another view, or a folder. */
  go(name: string): void {
    if (name === this.name) return;
    window.history.pushState(null, "", name === "all" ? "/" : `/?view=${name}`);
    this.enter(name);
  }

  /** As the server is asked for it; `title` holds words that must be in the titles. */
  query(title = ""): string {
    const parts = [QUERIES[this.name] ?? `folder=${encodeURIComponent(this.name)}`];
    if (this.name !== "recent") parts.push(`order=${this.order.value}`);
    if (title) parts.push(`title=${encodeURIComponent(title)}`);
    return parts.filter(Boolean).join("&");
  }

  get isFolder(): boolean {
    return !(this.name in QUERIES);
  }

  get heading(): string {
    const headings: Record<string, string> = {
      all: gettext("Documents"),
      recent: gettext("Recent"),
      shared: gettext("Shared with me"),
      starred: gettext("Starred"),
      templates: gettext("Templates"),
      trash: gettext("Trash"),
    };
    return headings[this.name] ?? this.folder?.name ?? "";
  }

  /** What to say where there is nothing. */
  get emptiness(): string {
    const texts: Record<string, string> = {
      recent: gettext("What you open will be here, the last first."),
      shared: gettext("What others share with you will be here."),
      starred: gettext("Star a document, and it will be here."),
      templates: gettext("Make a document a template in its menu, and it will be here, to begin others with."),
      trash: gettext("The trash is empty."),
    };
    return (
      texts[this.name] ??
      gettext("Nothing is in this folder. Drag documents onto its name, or move them by their menu.")
    );
  }

  private enter(name: string): void {
    this.name = name;
    this.show();
    this.changed();
  }

  /** Shows what can be chosen in this view. */
  show(): void {
    this.orderChoice.hidden = this.name === "recent";
    byId("trash-note").hidden = this.name !== "trash";
    const field = byId<HTMLInputElement>("search");
    const text = this.name === "all" ? gettext("Search titles and texts") : gettext("Search these titles");
    field.placeholder = text;
    field.setAttribute("aria-label", text);
  }

  private ofAddress(): string {
    return new URLSearchParams(window.location.search).get("view") ?? "all";
  }
}
