import { byId } from "../dom";
import { gettext } from "../gettext";
import { goByArrows, menuItem, showMenu } from "./menu";
import type { ListedDocument } from "./requests";
import type { Row } from "./row";

export interface RowMenuActions {
  move(row: ListedDocument): Promise<void>;
  copy(row: ListedDocument): Promise<void>;
  beginFrom(row: ListedDocument): Promise<void>;
  setTemplate(row: ListedDocument, isTemplate: boolean): Promise<void>;
  leave(row: ListedDocument): Promise<void>;
  trash(row: ListedDocument): Promise<void>;
}

/** What else can be done with a document, as far as its person may. */
export class RowMenu {
  private readonly menu = byId("row-menu");

  constructor(private readonly actions: RowMenuActions) {
    goByArrows(this.menu);
  }

  open(row: Row, button: HTMLElement): void {
    const { document } = row;
    const may = (capability: string) => document.capabilities.includes(capability);
    const { actions } = this;
    const items: [boolean, string, () => unknown][] = [
      [document.is_template, gettext("New document from it"), () => actions.beginFrom(document)],
      [may("rename"), gettext("Rename"), () => row.edit()],
      [true, gettext("Move to a folder…"), () => actions.move(document)],
      [true, gettext("Make a copy"), () => actions.copy(document)],
      [
        may("share"),
        document.is_template ? gettext("No template any more") : gettext("Make it a template"),
        () => actions.setTemplate(document, !document.is_template),
      ],
      [document.may_leave, gettext("Leave…"), () => actions.leave(document)],
      [may("trash"), gettext("Move to the trash"), () => actions.trash(document)],
    ];
    this.menu.replaceChildren(
      ...items.filter(([isThere]) => isThere).map(([, text, chosen]) => menuItem(text, chosen)),
    );
    showMenu(this.menu, button);
  }
}
