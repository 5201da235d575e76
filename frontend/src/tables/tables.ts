import type { Delta } from "@deltapad/client";
import type { Selection } from "../editor/adapter";
import { type Address, addressOf, type Layout, layOut } from "./layout";

/** A cell: one or more lines of the same ids. Where it begins and how long it is, its line ends included. */
export interface Cell extends Selection, Address {}

/** A table of a document: cells that follow each other and name the same table. */
export interface Table extends Selection, Layout {
  readonly id: string;
  readonly cells: readonly Cell[];
}

/** The table that holds a place, or null. */
export function tableAt(contents: Delta, place: number): Table | null {
  return tablesOf(contents).find(({ index, length }) => index <= place && place < index + length) ?? null;
}

export function tablesOf(contents: Delta): Table[] {
  const groups: Cell[][] = [];
  for (const cell of cellsOf(contents)) {
    const last = groups.at(-1)?.at(-1);
    if (last && last.table === cell.table && endOf(last) === cell.index) groups.at(-1)?.push(cell);
    else groups.push([cell]);
  }
  return groups.map((cells) => {
    const first = cells[0] as Cell;
    const length = endOf(cells.at(-1) as Cell) - first.index;
    return { id: first.table, index: first.index, length, cells, ...layOut(cells) };
  });
}

/** The number of the cell of a table that holds a place. */
export function cellAt(table: Table, place: number): number {
  return table.cells.findIndex((cell) => cell.index <= place && place < endOf(cell));
}

export const endOf = ({ index, length }: Selection): number => index + length;

function cellsOf(contents: Delta): Cell[] {
  const cells: Cell[] = [];
  let [index, line] = [0, 0];
  for (const { insert, attributes } of contents.ops) {
    const text = typeof insert === "string" ? insert : " ";
    const address = addressOf(attributes?.table);
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) {
      if (address) addLine(cells, address, line, index + end + 1);
      line = index + end + 1;
    }
    index += text.length;
  }
  return cells;
}

function addLine(cells: Cell[], address: Address, start: number, end: number): void {
  const last = cells.at(-1);
  const goesOn = last && endOf(last) === start && nameOf(last) === nameOf(address);
  if (goesOn) cells[cells.length - 1] = { ...last, length: end - last.index };
  else cells.push({ ...address, index: start, length: end - start });
}

/** The `table` of the lines in a cell. */
export function nameOf({ table, row, column }: Address): string {
  return `${table}/${row}/${column}`;
}
