import { Delta } from "@deltapad/client";
import type Quill from "quill/core";
import { freshId } from "./commands";
import { endsCell } from "./keeping";

interface Keyboard {
  readonly quill: Quill;
}

interface Place {
  readonly index: number;
}

/**
 * What Quill's keys do around tables. Its own handlers know its own table, which has one line to a cell and is made
 * of elements that ours is not. Here a line end that holds cells apart is deleted by no key; the caret goes over it.
 */
export const CELL_KEYS = {
  "table enter": null,
  "table tab": null,
  "table up": null,
  "table down": null,
  "table backspace": {
    key: "Backspace",
    collapsed: true,
    offset: 0,
    handler(this: Keyboard, { index }: Place): boolean {
      if (index === 0 || !endsCell(this.quill.getContents(), index - 1)) return true;
      const { table } = this.quill.getFormat(index);
      if (table === undefined) this.quill.setSelection(index - 1, 0, "user");
      return false;
    },
  },
  "table delete": {
    key: "Delete",
    collapsed: true,
    suffix: /^$/u,
    handler(this: Keyboard, { index }: Place): boolean {
      return !endsCell(this.quill.getContents(), index);
    },
  },
};

const pastedTables = new WeakMap<Element, string>();

/** A cell of a pasted page as lines that name it; a table gets ids of its own, one within a cell is text of that. */
export function pastedCell(node: Node, contents: Delta): Delta {
  const cell = node as HTMLTableCellElement;
  const row = cell.parentElement as HTMLTableRowElement | null;
  const table = row?.closest("table");
  if (!table || !row || table.parentElement?.closest("td, th")) return contents;
  const id = pastedTables.get(table) ?? freshId();
  pastedTables.set(table, id);
  const before = [...row.cells].slice(0, cell.cellIndex).reduce((sum, { colSpan }) => sum + colSpan, 0);
  const value = `${id}/r${row.rowIndex + 1}/c${before + 1}`;
  const ended = endsWithNewline(contents) ? contents : contents.concat(new Delta().insert("\n"));
  return ended.compose(new Delta().retain(ended.length(), { table: value }));
}

function endsWithNewline({ ops }: Delta): boolean {
  const last = ops.at(-1)?.insert;
  return typeof last === "string" && last.endsWith("\n");
}
