import Block from "quill/blots/block";
import Container from "quill/blots/container";
import { gettext, interpolate } from "../gettext";
import { type Address, addressOf, layOut } from "./layout";

/** A line in a cell. Its element names the cell, as its line end does in the document. */
export class TableLine extends Block {
  static override blotName = "table";
  static override className = "table-line";
  static override tagName = "DIV";

  static override create(value?: unknown): HTMLElement {
    // biome-ignore lint/complexity/noThisInStatic: what is made depends on the class that is asked
    const node = super.create() as HTMLElement;
    node.dataset.cell = String(value);
    return node;
  }

  static override formats(node: HTMLElement): string | undefined {
    return node.dataset.cell;
  }

  override format(name: string, value: unknown): void {
    if (name === TableLine.blotName && value) this.domNode.dataset.cell = String(value);
    else super.format(name, value);
  }
}

/** Holds neighbours that name the same thing, and parts from the others. */
abstract class Together extends Container {
  /** What all that it holds has in common. */
  protected abstract key(node: HTMLElement): string;

  override checkMerge(): boolean {
    if (!super.checkMerge()) return false;
    const [mine, theirs] = [this.edge(this, "tail"), this.edge(this.next as Container, "head")];
    return mine !== null && theirs !== null && this.key(mine) === this.key(theirs);
  }

  override optimize(context: object): void {
    super.optimize(context);
    let child = this.children.tail;
    while (child?.prev) {
      const { prev } = child;
      if (this.key(child.domNode as HTMLElement) !== this.key(prev.domNode as HTMLElement)) this.splitAfter(prev);
      child = prev;
    }
  }

  private edge(container: Container, side: "head" | "tail"): HTMLElement | null {
    return (container.children[side]?.domNode as HTMLElement | undefined) ?? null;
  }
}

export class TableCell extends Together {
  static override blotName = "table-cell";
  static override className = "table-cell";
  static override tagName = "DIV";

  protected key(node: HTMLElement): string {
    return node.dataset.cell ?? "";
  }
}

/**
 * A table: its cells in the order of the document, each put by CSS where its ids say. Nothing is added to a document
 * so that it can be shown, whatever it holds.
 */
export class Table extends Together {
  static override blotName = "table-container";
  static override className = "table-grid";
  static override tagName = "DIV";

  protected key(cell: HTMLElement): string {
    const line = cell.classList.contains(TableLine.className) ? cell : cell.firstElementChild;
    return addressOf((line as HTMLElement | null)?.dataset.cell)?.table ?? "";
  }

  override optimize(context: object): void {
    super.optimize(context);
    this.layOut();
  }

  private layOut(): void {
    const cells = [...this.domNode.children].filter((cell) => cell.classList.contains(TableCell.className));
    const addresses = cells.map((cell) => addressOf((cell.firstElementChild as HTMLElement | null)?.dataset.cell));
    if (addresses.includes(null)) return;
    const { places, columns } = layOut(addresses as Address[]);
    set(this.domNode as HTMLElement, { "--columns": String(columns.length) }, gettext("Table"));
    cells.forEach((cell, number) => {
      const row = String((places[number]?.row ?? 0) + 1);
      const column = String((places[number]?.column ?? 0) + 1);
      const label = interpolate(gettext("Row %(row)s, column %(column)s"), { row, column });
      set(cell as HTMLElement, { "grid-row-start": row, "grid-column-start": column }, label);
    });
  }
}

/** Sets what is not set yet: each change would be looked at again. */
function set(element: HTMLElement, styles: Readonly<Record<string, string>>, label: string): void {
  for (const [name, value] of Object.entries(styles)) {
    if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value);
  }
  if (element.getAttribute("aria-label") === label) return;
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", label);
}

TableLine.requiredContainer = TableCell;
TableCell.allowedChildren = [TableLine];
TableCell.requiredContainer = Table;
Table.allowedChildren = [TableCell];
