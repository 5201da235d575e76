import { api, type DocumentRow, type Found } from "../api";
import { byId, part } from "../dom";
import { pickFile } from "../files";
import { gettext, interpolate, ngettext } from "../gettext";
import { Row } from "./row";
import { Search } from "./search";
import { TrashCan } from "./trash_can";
import { View } from "./view";

/** Milliseconds between two looks at the server while the page is visible. */
const REFRESH = 5000;
/** Milliseconds for which a document moved to the trash can be taken out again at once. */
const UNDO = 10_000;

/** The documents page: keeps the rows in step with the server and carries out what is pressed. */
export class DocumentList {
  private readonly rows = new Map<string, Row>();
  private documents: DocumentRow[] = [];
  private toastTimer = 0;
  private readonly list = byId("documents");
  private readonly search = new Search(byId<HTMLInputElement>("search"), () => void this.attempt(() => this.find()));
  private readonly view = new View(() => void this.refresh());
  private readonly error = byId("list-error");
  private readonly trashCan = new TrashCan((row) => this.restore(row));

  start(): void {
    for (const button of [byId("create"), part(byId("empty"), "create")]) {
      button.addEventListener("click", () => void this.attempt(() => this.create()));
    }
    pickFile(byId("import"), byId<HTMLInputElement>("file-input"), (file) =>
      this.attempt(async () => goTo(await api.makeOf(file))),
    );
    document.addEventListener("visibilitychange", () => void this.refresh());
    window.addEventListener("pageshow", () => void this.refresh());
    window.setInterval(() => void this.refresh(), REFRESH);
  }

  private async refresh(): Promise<void> {
    if (document.visibilityState === "visible") await this.attempt(() => this.load());
  }

  private async load(): Promise<void> {
    this.documents = await api.documents(this.view.query);
    await this.find();
    await this.trashCan.load();
  }

  private async find(): Promise<void> {
    await this.search.ask();
    this.show();
  }

  private async create(): Promise<void> {
    goTo(await api.create(gettext("Untitled")));
  }

  private async rename(row: DocumentRow, title: string): Promise<void> {
    await this.attempt(async () => {
      row.title = title;
      this.show();
      await api.rename(row.id, title);
    });
    await this.refresh();
  }

  private async star(row: DocumentRow): Promise<void> {
    await this.attempt(() => api.star(row.id, !row.starred));
    await this.refresh();
  }

  private async trash(row: DocumentRow): Promise<void> {
    await this.attempt(async () => {
      await api.trash(row.id);
      this.documents = this.documents.filter(({ id }) => id !== row.id);
      await this.find();
      this.toast(row);
      await this.trashCan.load();
    });
  }

  private async restore(row: DocumentRow): Promise<void> {
    byId("toast").hidden = true;
    await this.attempt(async () => {
      await api.restore(row.id);
      await this.load();
      this.announce(interpolate(gettext("“%(title)s” is back."), { title: row.title }));
    });
  }

  private toast(row: DocumentRow): void {
    const toast = byId("toast");
    const text = gettext("“%(title)s” is in the trash.");
    part(toast, "text").textContent = interpolate(text, { title: row.title });
    toast.hidden = false;
    window.clearTimeout(this.toastTimer);
    this.toastTimer = window.setTimeout(() => {
      toast.hidden = true;
    }, UNDO);
    part<HTMLButtonElement>(toast, "undo").onclick = () => void this.restore(row);
  }

  private show(): void {
    const all = this.documents.map((document) => ({ document, passage: null }));
    const shown = this.search.found ?? all;
    const kept = new Set([...all, ...shown].map(({ document }) => document.id));
    for (const id of this.rows.keys()) if (!kept.has(id)) this.rows.delete(id);
    this.arrange(shown.map((found) => this.row(found).element));
    const isEmpty = this.documents.length === 0 && this.view.isEverything;
    byId("empty").hidden = !isEmpty;
    byId("list-tools").hidden = isEmpty;
    byId("create").hidden = isEmpty;
    this.list.hidden = shown.length === 0;
    byId("no-match").hidden = shown.length > 0 || isEmpty;
    const text = ngettext("%(count)s document matches", "%(count)s documents match", shown.length);
    if (this.search.found) this.announce(interpolate(text, { count: shown.length }));
  }

  /** Moves only what is not in its place, so that focus and a title being typed stay. */
  private arrange(elements: readonly HTMLElement[]): void {
    for (const child of [...this.list.children]) if (!elements.includes(child as HTMLElement)) child.remove();
    elements.forEach((element, at) => {
      if (this.list.children[at] !== element) this.list.insertBefore(element, this.list.children[at] ?? null);
    });
  }

  private row({ document, passage }: Found): Row {
    const row = this.rows.get(document.id) ?? this.newRow(document);
    row.show(document, passage);
    return row;
  }

  private newRow(document: DocumentRow): Row {
    const row = new Row(document, {
      rename: (changed, title) => this.rename(changed, title),
      star: (kept) => this.star(kept),
      trash: (gone) => this.trash(gone),
    });
    this.rows.set(document.id, row);
    return row;
  }

  private announce(text: string): void {
    byId("announcer").textContent = text;
  }

  private async attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
      this.error.hidden = true;
    } catch (error) {
      this.error.textContent = error instanceof Error ? error.message : String(error);
      this.error.hidden = false;
    }
  }
}

function goTo({ id }: DocumentRow): void {
  window.location.assign(`/documents/${id}/`);
}
