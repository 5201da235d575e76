import { api, type DocumentRow } from "../api";
import { byId, part } from "../dom";
import { pickFile } from "../files";
import { gettext } from "../gettext";
import { goByArrows, menuItem, showMenu } from "./menu";
import { listDocuments, requests } from "./requests";

/** The most templates of people's own that the menu offers; the view of templates has them all. */
const MOST = 20;

/** The ways to begin a document: empty, from a template, from a file. Each leads to it. */
export class Beginnings {
  private readonly menu = byId("beginnings");

  constructor(private readonly attempt: (action: () => Promise<void>) => Promise<void>) {
    for (const button of [byId("create"), part(byId("empty"), "create")]) {
      button.addEventListener("click", () => this.begin(() => api.create(gettext("Untitled"))));
    }
    const more = byId("begin");
    more.addEventListener("click", () => void this.attempt(() => this.open(more)));
    goByArrows(this.menu);
    pickFile(byId("import"), byId<HTMLInputElement>("file-input"), (file) => this.begin(() => api.makeOf(file)));
  }

  private async open(button: HTMLElement): Promise<void> {
    const [own, { documents }] = await Promise.all([
      requests.templates(),
      listDocuments("template=true&order=title", MOST),
    ]);
    part(this.menu, "templates").replaceChildren(
      ...own.map((template) => menuItem(template.title, () => this.begin(() => requests.createFrom(template)))),
      ...documents.map(({ id, title }) => menuItem(title, () => this.begin(() => requests.copy(id, title)))),
    );
    showMenu(this.menu, button);
  }

  private begin(make: () => Promise<DocumentRow>): Promise<void> {
    return this.attempt(async () => window.location.assign(`/documents/${(await make()).id}/`));
  }
}
