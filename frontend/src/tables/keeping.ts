import { Delta } from "@deltapad/client";
import type { Selection } from "../editor/adapter";
import { endOf, tablesOf } from "./tables";

/**
 * The change that takes a selection away and leaves the cells that it reaches into: only their text goes, unless the
 * whole table is selected.
 */
export function withoutSelection(contents: Delta, selection: Selection): Delta {
  const [start, end] = [selection.index, endOf(selection)];
  const kept = tablesOf(contents)
    .filter((table) => table.index < end && endOf(table) > start && (table.index < start || endOf(table) > end))
    .flatMap((table) => [table.index - 1, ...table.cells.map((cell) => endOf(cell) - 1)])
    .filter((newline) => newline >= start && newline < end);
  const change = new Delta().retain(start);
  let place = start;
  for (const newline of kept) {
    change.delete(newline - place).retain(1);
    place = newline + 1;
  }
  return change.delete(end - place).chop();
}

/** Whether the line end at a place is where a cell ends or a table begins: those are not deleted by a key. */
export function endsCell(contents: Delta, newline: number): boolean {
  const tables = tablesOf(contents);
  return tables.some((table) => newline === table.index - 1 || table.cells.some((cell) => newline === endOf(cell) - 1));
}

/** Pasted contents as they go into a cell: every line of them is a line of it. */
export function intoCell(contents: Delta, table: string, blocks: readonly string[]): Delta {
  const result = new Delta();
  for (const { insert, attributes } of contents.ops) {
    if (typeof insert !== "string") {
      result.insert(insert ?? "", attributes);
      continue;
    }
    const inline = Object.fromEntries(Object.entries(attributes ?? {}).filter(([name]) => !blocks.includes(name)));
    for (const part of insert.split(/(\n)/u)) result.insert(part, part === "\n" ? { table } : inline);
  }
  return result;
}
