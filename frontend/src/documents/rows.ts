import type { ListedDocument, Shown } from "./requests";
import type { Row } from "./row";

/** The rows of the list, each kept as long as its document is shown. */
export class Rows {
  private rows = new Map<string, Row>();

  constructor(
    private readonly list: HTMLElement,
    private readonly make: (document: ListedDocument) => Row,
  ) {}

  show(shown: readonly Shown[], folderOf: (document: ListedDocument) => string): void {
    const rows = shown.map(({ document, passage }) => {
      const row = this.rows.get(document.id) ?? this.make(document);
      row.show(document, passage, folderOf(document));
      return row;
    });
    this.rows = new Map(rows.map((row) => [row.document.id, row]));
    this.arrange(rows.map(({ element }) => element));
  }

  /** Moves only what is not in its place, so that focus and a title being typed stay. */
  private arrange(elements: readonly HTMLElement[]): void {
    const kept = new Set<Element>(elements);
    for (const child of [...this.list.children]) if (!kept.has(child)) child.remove();
    elements.forEach((element, at) => {
      if (this.list.children[at] !== element) this.list.insertBefore(element, this.list.children[at] ?? null);
    });
  }
}
