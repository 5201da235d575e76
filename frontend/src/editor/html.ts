import type { Delta } from "@deltapad/client";
import { imageAddress } from "../images/address";
import { type Address, addressOf, layOut, type Place } from "../tables/layout";
import type { Formats } from "./adapter";
import { allowedAttributes, imageOf } from "./formats";

/**
 * Contents as HTML for the clipboard, built node by node from the allow-list. Quill's own `getSemanticHTML` lets
 * scripts through (CVE-2025-15056) and is never used.
 */
export function toHtml(contents: Delta): string {
  const page = document.implementation.createHTMLDocument();
  writeBlocks(page.body, contents);
  return page.body.innerHTML;
}

/** Marks a piece of text by attributes that a document cannot hold; it answers with what stands in its place. */
export type Decorate = (piece: Node, attributes: Formats) => Node;

/** Appends contents to an element as blocks of the allow-list, each run of text decorated. */
export function writeBlocks(to: HTMLElement, contents: Delta, decorate: Decorate = (piece) => piece): void {
  const writer = new Writer(to, decorate);
  contents.eachLine((line, attributes) => {
    writer.line(line, allowedAttributes(attributes));
  }, "\n");
  writer.endTable();
}

const INLINE: readonly [name: string, tag: string][] = [
  ["code", "code"],
  ["strike", "s"],
  ["underline", "u"],
  ["italic", "em"],
  ["bold", "strong"],
];

interface Cell {
  readonly address: Address;
  readonly value: unknown;
  readonly lines: HTMLElement[];
}

class Writer {
  private lists: HTMLElement[] = [];
  private code: HTMLElement | null = null;
  private cells: Cell[] = [];
  private readonly page: Document;

  constructor(
    private readonly to: HTMLElement,
    private readonly decorate: Decorate,
  ) {
    this.page = to.ownerDocument;
  }

  line(contents: Delta, attributes: Formats): void {
    const address = addressOf(attributes.table);
    if (address) {
      this.cellLine(contents, attributes, address);
      return;
    }
    this.endTable();
    if (attributes["code-block"]) {
      this.codeLine(contents);
      return;
    }
    this.code = null;
    this.fill(attributes.list ? this.item(attributes) : this.block(attributes), contents, attributes);
  }

  /** Writes the table whose last line has been given, if one is under way. */
  endTable(): void {
    if (this.cells.length === 0) return;
    const { places, rows, columns } = layOut(this.cells.map(({ address }) => address));
    const table = this.page.createElement("table");
    for (const _row of rows) {
      const row = table.insertRow();
      for (const _column of columns) row.insertCell();
    }
    this.cells.forEach(({ lines }, number) => {
      const { row, column } = places[number] as Place;
      table.rows[row]?.cells[column]?.append(...lines);
    });
    this.to.append(table);
    this.cells = [];
  }

  private cellLine(contents: Delta, attributes: Formats, address: Address): void {
    [this.lists, this.code] = [[], null];
    const last = this.cells.at(-1);
    if (last && last.address.table !== address.table) this.endTable();
    const line = this.fill(this.page.createElement("p"), contents, attributes);
    const goesOn = last?.address.table === address.table && last.value === attributes.table;
    if (goesOn) last.lines.push(line);
    else this.cells.push({ address, value: attributes.table, lines: [line] });
  }

  private fill(block: HTMLElement, contents: Delta, attributes: Formats): HTMLElement {
    if (attributes.align) block.style.textAlign = String(attributes.align);
    if (attributes.direction) block.dir = "rtl";
    block.append(...this.inline(contents));
    if (!block.hasChildNodes()) block.append(this.page.createElement("br"));
    return block;
  }

  private codeLine(contents: Delta): void {
    this.lists = [];
    if (this.code) this.code.append("\n");
    else {
      this.code = this.page.createElement("pre");
      this.to.append(this.code);
    }
    for (const { insert, attributes = {} } of contents.ops) {
      if (typeof insert === "string") this.code.append(this.decorate(this.page.createTextNode(insert), attributes));
    }
    this.code.normalize();
  }

  private block(attributes: Formats): HTMLElement {
    this.lists = [];
    const tag = attributes.header ? `h${attributes.header}` : attributes.blockquote ? "blockquote" : "p";
    const block = this.page.createElement(tag);
    this.to.append(block);
    return block;
  }

  private item(attributes: Formats): HTMLElement {
    const depth = Number(attributes.indent ?? 0);
    const tag = attributes.list === "ordered" ? "ol" : "ul";
    this.lists.length = Math.min(this.lists.length, depth + 1);
    if (this.lists[depth] && this.lists[depth].localName !== tag) this.lists.length = depth;
    while (this.lists.length <= depth) this.openList(tag);
    const item = this.page.createElement("li");
    if (attributes.list === "checked" || attributes.list === "unchecked") {
      item.dataset.list = attributes.list;
    }
    this.lists[depth]?.append(item);
    return item;
  }

  private openList(tag: string): void {
    const list = this.page.createElement(tag);
    const parent = this.lists.at(-1);
    (parent?.lastElementChild ?? parent ?? this.to).append(list);
    this.lists.push(list);
  }

  private inline(contents: Delta): Node[] {
    return contents.ops.flatMap(({ insert, attributes }) => {
      const piece = typeof insert === "string" ? this.page.createTextNode(insert) : this.image(insert, attributes);
      return piece ? [this.decorate(this.run(piece, allowedAttributes(attributes)), attributes ?? {})] : [];
    });
  }

  private image(insert: unknown, attributes: Formats = {}): Node | null {
    const id = imageOf(insert);
    if (!id) return null;
    const image = this.page.createElement("img");
    image.src = imageAddress(id);
    image.alt = String(attributes.alt ?? "");
    return image;
  }

  private run(piece: Node, attributes: Formats): Node {
    let node = piece;
    const wrap = (tag: string) => {
      const element = this.page.createElement(tag);
      element.append(node);
      node = element;
      return element;
    };
    for (const [name, tag] of INLINE) if (attributes[name]) wrap(tag);
    if (attributes.color || attributes.background) {
      const span = wrap("span");
      span.style.color = String(attributes.color ?? "");
      span.style.backgroundColor = String(attributes.background ?? "");
    }
    if (attributes.link) wrap("a").setAttribute("href", String(attributes.link));
    return node;
  }
}
