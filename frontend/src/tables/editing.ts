import { byId, part } from "../dom";
import type { EditorSurface } from "../editor/adapter";
import { gettext, interpolate } from "../gettext";
import { cellIn, changeTable, fillPlace, insertTable, type TableCommand } from "./commands";
import { cellAt, endOf, type Table, tableAt } from "./tables";

/** The most rows and columns that one inserts at once. */
const MOST = 6;

/** The toolbar's menu for tables, and the tabulator in them. */
export class TableEditing {
  private readonly menu = byId("table-menu");
  private readonly sizes = part(this.menu, "sizes");
  private editable = false;

  constructor(private readonly surface: EditorSurface) {
    this.sizes.append(...Array.from({ length: MOST * MOST }, (_, number) => this.size(number)));
    for (const button of this.menu.querySelectorAll<HTMLButtonElement>("[data-table]")) {
      button.addEventListener("click", () => this.change(button.dataset.table as TableCommand));
    }
    this.menu.addEventListener("mousedown", (event) => event.preventDefault());
    this.sizes.addEventListener("keydown", (event) => this.moveFocus(event));
    for (const seen of ["focusin", "mouseover"]) this.sizes.addEventListener(seen, ({ target }) => this.shade(target));
    byId("paper").addEventListener("keydown", (event) => this.tab(event), { capture: true });
  }

  setEditable(editable: boolean): void {
    this.editable = editable;
  }

  /** Offers what can be done where the caret is. */
  show(inTable: boolean): void {
    part(this.menu, "insert").hidden = inTable;
    part(this.menu, "change").hidden = !inTable;
  }

  private size(number: number): HTMLElement {
    const [rows, columns] = [Math.floor(number / MOST) + 1, (number % MOST) + 1];
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = number === 0 ? 0 : -1;
    const label = interpolate(gettext("%(rows)s rows, %(columns)s columns"), { rows, columns });
    button.setAttribute("aria-label", label);
    button.addEventListener("click", () => this.insert(rows, columns));
    return button;
  }

  private shade(target: EventTarget | null): void {
    const buttons = [...this.sizes.children];
    const number = buttons.indexOf(target as Element);
    if (number < 0) return;
    buttons.forEach((button, other) => {
      const within = other % MOST <= number % MOST && other <= number;
      button.classList.toggle("is-within", within);
    });
    part(this.menu, "size").textContent = `${Math.floor(number / MOST) + 1} × ${(number % MOST) + 1}`;
  }

  private moveFocus(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: MOST, ArrowUp: -MOST }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...this.sizes.children] as HTMLElement[];
    buttons[buttons.indexOf(document.activeElement as HTMLElement) + step]?.focus();
  }

  private insert(rows: number, columns: number): void {
    const place = this.place();
    if (place === null || tableAt(this.surface.contents, place)) return;
    const change = insertTable(this.surface.contents, place, rows, columns);
    this.surface.edit(change);
    this.goTo(change.transformPosition(place) - rows * columns);
  }

  private change(command: TableCommand): void {
    const place = this.place();
    const table = place === null ? null : tableAt(this.surface.contents, place);
    if (place === null || !table) return;
    const change = changeTable(table, place, command);
    this.surface.edit(change);
    this.goTo(change.transformPosition(place));
  }

  private place(): number | null {
    this.menu.hidePopover();
    this.surface.focus();
    return this.editable ? (this.surface.selection?.index ?? null) : null;
  }

  private goTo(index: number): void {
    this.surface.select({ index, length: 0 });
  }

  /** From cell to cell; after the last one a row begins, and a cell that nobody has written is made. */
  private tab(event: KeyboardEvent): void {
    if (event.key !== "Tab" || event.ctrlKey || event.altKey || event.metaKey || !this.editable) return;
    const place = this.surface.selection?.index;
    const table = place === undefined ? null : tableAt(this.surface.contents, place);
    if (place === undefined || !table) return;
    event.preventDefault();
    event.stopPropagation();
    const at = table.places[cellAt(table, place)];
    const number = at ? at.row * table.columns.length + at.column + (event.shiftKey ? -1 : 1) : -1;
    if (number < 0) return;
    const row = Math.floor(number / table.columns.length);
    if (row >= table.rows.length) this.change("row-below");
    this.enter(row, number % table.columns.length, this.tableAgain(place) ?? table);
  }

  private tableAgain(place: number): Table | null {
    return tableAt(this.surface.contents, place);
  }

  private enter(row: number, column: number, table: Table): void {
    if (!cellIn(table, row, column)) this.surface.edit(fillPlace(table, row, column));
    const now = this.tableAgain(table.index);
    const cell = now && cellIn(now, row, column);
    if (cell) this.surface.select({ index: cell.index, length: endOf(cell) - cell.index - 1 });
  }
}
