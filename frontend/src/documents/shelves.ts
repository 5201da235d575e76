import { byId, fromTemplate, part } from "../dom";
import type { Folder } from "./requests";

/** How a document that is dragged is known. */
export const DRAGGED = "application/x-deltapad-document";

/** The views and folders beside the list: to be chosen, and the folders to drop documents on. */
export class Shelves {
  private readonly element = byId("shelves");
  private readonly list = byId("folders");
  private shown = "";

  constructor(
    private readonly go: (view: string) => void,
    private readonly dropped: (document: string, folder: Folder) => void,
  ) {
    this.element.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLButtonElement>("button[data-view]");
      if (button?.dataset.view) this.go(button.dataset.view);
    });
  }

  /** Draws the folders, and which view is shown. */
  show(folders: readonly Folder[], current: string): void {
    // Only what has changed is drawn, so that the focus stays.
    const shown = JSON.stringify(folders);
    if (shown !== this.shown) this.list.replaceChildren(...folders.map((folder) => this.item(folder)));
    this.shown = shown;
    for (const button of this.element.querySelectorAll<HTMLButtonElement>("button[data-view]")) {
      const isCurrent = button.dataset.view === current;
      if (isCurrent) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
  }

  private item(folder: Folder): HTMLElement {
    const item = fromTemplate("folder-template");
    const button = part<HTMLButtonElement>(item, "folder");
    button.dataset.view = folder.id;
    part(item, "name").textContent = folder.name;
    const over = (is: boolean) => button.classList.toggle("is-under-drag", is);
    button.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes(DRAGGED)) return;
      event.preventDefault();
      over(true);
    });
    button.addEventListener("dragleave", () => over(false));
    button.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      const document = event.dataTransfer?.getData(DRAGGED);
      if (document) this.dropped(document, folder);
    });
    return item;
  }
}
