import { api } from "../api";
import { byId, pageData } from "../dom";
import { Doorbell } from "../doorbell";
import { gettext, interpolate, ngettext } from "../gettext";
import { askFolder, askName, askWhether } from "./ask";
import { Beginnings } from "./beginnings";
import { type Folder, type ListedDocument, listDocuments, requests, type Shown } from "./requests";
import { Row } from "./row";
import { RowMenu } from "./row_menu";
import { Rows } from "./rows";
import { Search } from "./search";
import { Shelves } from "./shelves";
import { Toast } from "./toast";
import { View } from "./view";

/** How many documents are listed at first, and are added when someone goes on. */
const SOME = 50;

/** The documents page: keeps the rows in step with the server and carries out what is pressed. */
export class DocumentList {
  private count = 0;
  private folders: Folder[] = [];
  private wanted = SOME;
  private loads = 0;
  private readonly search = new Search(byId<HTMLInputElement>("search"), () => this.again());
  private readonly doorbell = new Doorbell(() => this.attempt(() => this.load()), {
    isSearched: () => this.search.words !== "",
  });
  private readonly view = new View(() => this.again());
  private readonly shelves = new Shelves(
    (view) => this.view.go(view),
    (document, folder) => this.act(() => this.place(document, folder)),
  );
  private readonly toast = new Toast();
  private readonly me = pageData<{ user: { id: string } }>("bootstrap").user.id;
  private readonly rows = new Rows(byId("documents"), (document) => this.newRow(document));
  private readonly menu = new RowMenu({
    move: (row) => this.act(() => this.move(row)),
    copy: (row) => this.act(() => this.copy(row)),
    beginFrom: (row) => this.attempt(async () => open(await requests.copy(row.id, row.title))),
    setTemplate: (row, isTemplate) => this.act(() => requests.setTemplate(row.id, isTemplate)),
    leave: (row) => this.act(() => this.leave(row)),
    trash: (row) => this.act(() => this.trash(row)),
  });

  start(): void {
    new Beginnings((action) => this.attempt(action));
    byId("new-folder").addEventListener("click", () => this.act(() => this.makeFolder()));
    byId("rename-folder").addEventListener("click", () => this.act(() => this.renameFolder()));
    byId("delete-folder").addEventListener("click", () => this.act(() => this.deleteFolder()));
    const more = byId("more");
    more.addEventListener("click", () => this.goOn());
    new IntersectionObserver(([entry]) => entry?.isIntersecting && this.goOn()).observe(more);
    this.view.show();
    this.shelves.show([], this.view.name);
    this.doorbell.start();
  }

  private again(): void {
    this.wanted = SOME;
    void this.attempt(() => this.load());
  }

  private goOn(): void {
    if (this.count < this.wanted) return; // they are still on their way
    this.wanted += SOME;
    void this.attempt(() => this.load());
  }

  /** Reads everything that is shown. What comes after a newer question counts for nothing. */
  private async load(): Promise<void> {
    this.loads += 1;
    const load = this.loads;
    const [folders, { shown, hasMore }] = await Promise.all([requests.folders(), this.find()]);
    if (load !== this.loads) return;
    this.folders = folders;
    this.count = shown.length;
    this.show(shown);
    byId("more").hidden = !hasMore;
    this.doorbell.wasRead();
  }

  private async find(): Promise<{ shown: readonly Shown[]; hasMore: boolean }> {
    const { words } = this.search;
    if (words && this.view.name === "all") return { shown: await requests.search(words), hasMore: false };
    const { documents, hasMore } = await listDocuments(this.view.query(words), this.wanted);
    return { shown: documents.map((document) => ({ document, passage: null })), hasMore };
  }

  private show(shown: readonly Shown[]): void {
    this.view.folder = this.folders.find(({ id }) => id === this.view.name) ?? null;
    if (this.view.isFolder && this.view.folder === null) {
      this.view.go("all"); // it was deleted, elsewhere
      return;
    }
    byId("view-heading").textContent = this.view.heading;
    byId("folder-actions").hidden = !this.view.isFolder;
    this.shelves.show(this.folders, this.view.name);
    const names = new Map(this.folders.map(({ id, name }) => [id, name]));
    this.rows.show(shown, ({ folder_id }) => (this.view.isFolder ? "" : (names.get(folder_id ?? "") ?? "")));
    this.showEmptiness(shown.length);
  }

  private showEmptiness(count: number): void {
    const isSearch = this.search.words !== "";
    const isBeginning = count === 0 && this.view.name === "all" && !isSearch;
    byId("loading").hidden = true;
    byId("empty").hidden = !isBeginning;
    byId("list-tools").hidden = isBeginning;
    byId("documents").hidden = count === 0;
    const note = byId("no-match");
    note.hidden = count > 0 || isBeginning;
    note.textContent = isSearch ? gettext("Nothing was found.") : this.view.emptiness;
    const text = ngettext("%(count)s document matches", "%(count)s documents match", count);
    byId("announcer").textContent = isSearch ? interpolate(text, { count }) : "";
  }

  private newRow(document: ListedDocument): Row {
    return new Row(document, {
      rename: (row, title) => this.act(() => api.rename(row.id, title)),
      star: (row) => this.act(() => api.star(row.id, !row.starred)),
      restore: (row) => this.act(() => this.restore(row)),
      more: (row, button) => this.menu.open(row, button),
    });
  }

  // -- what is done with documents --

  private async trash(row: ListedDocument): Promise<void> {
    await api.trash(row.id);
    this.toast.show(interpolate(gettext("“%(title)s” is in the trash."), { title: row.title }), () =>
      this.act(() => this.restore(row)),
    );
  }

  private async leave(row: ListedDocument): Promise<void> {
    const heading = interpolate(gettext("Leave “%(title)s”?"), { title: row.title });
    const text = gettext("Somebody has to share it with you to get you back in.");
    if (await askWhether(heading, text, gettext("Leave"))) await api.removeMember(row.id, this.me);
  }

  private async restore(row: ListedDocument): Promise<void> {
    await api.restore(row.id);
    this.toast.show(interpolate(gettext("“%(title)s” is back."), { title: row.title }));
  }

  private async copy(row: ListedDocument): Promise<void> {
    const { title } = await requests.copy(row.id);
    this.toast.show(interpolate(gettext("“%(title)s” was made."), { title }));
  }

  private async move(row: ListedDocument): Promise<void> {
    const heading = interpolate(gettext("Move “%(title)s”"), { title: row.title });
    const answer = await askFolder(heading, this.folders, row.folder_id);
    if (answer === null) return;
    if ("name" in answer) await this.place(row.id, await requests.makeFolder(answer.name));
    else await this.place(row.id, this.folders.find(({ id }) => id === answer.id) ?? null);
  }

  private async place(document: string, folder: Folder | null): Promise<void> {
    await requests.place(document, folder?.id ?? null);
    const text = folder ? gettext("Moved to “%(name)s”.") : gettext("Taken out of the folder.");
    this.toast.show(interpolate(text, { name: folder?.name ?? "" }));
  }

  // -- what is done with folders --

  private async makeFolder(): Promise<void> {
    const name = await askName(gettext("New folder"), gettext("Make folder"));
    if (name === null) return;
    const folder = await requests.makeFolder(name);
    this.view.go(folder.id);
  }

  private async renameFolder(): Promise<void> {
    const { folder } = this.view;
    const name = folder && (await askName(gettext("Rename the folder"), gettext("Rename"), folder.name));
    if (folder && name) await requests.renameFolder(folder.id, name);
  }

  private async deleteFolder(): Promise<void> {
    const { folder } = this.view;
    const heading = interpolate(gettext("Delete the folder “%(name)s”?"), { name: folder?.name ?? "" });
    const text = gettext("The documents in it stay.");
    if (folder && (await askWhether(heading, text, gettext("Delete the folder")))) {
      await requests.deleteFolder(folder.id);
      this.view.go("all");
    }
  }

  /** Does it, and shows what came of it. */
  private async act(action: () => Promise<unknown>): Promise<void> {
    await this.attempt(async () => {
      await action();
      await this.load();
    });
  }

  private async attempt(action: () => Promise<unknown>): Promise<void> {
    const error = byId("list-error");
    try {
      await action();
      error.hidden = true;
    } catch (reason) {
      error.textContent = reason instanceof Error ? reason.message : String(reason);
      error.hidden = false;
      byId("loading").hidden = true;
    }
  }
}

function open({ id }: { id: string }): void {
  window.location.assign(`/documents/${id}/`);
}
