import { Delta } from "@deltapad/client";
import { type Cell, cellAt, endOf, nameOf, type Table } from "./tables";

/** What one does to the table around a cell. */
export type TableCommand =
  | "row-above"
  | "row-below"
  | "column-before"
  | "column-after"
  | "delete-row"
  | "delete-column"
  | "delete-table";

/** Something to put in or to take out at a place of the document. */
interface Piece {
  readonly at: number;
  readonly values?: readonly string[];
  readonly deleted?: number;
}

/** Eight letters and digits: rows and columns that two people add at once are never one. */
export function freshId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join("");
}

/** An empty table in the line at `place`, where that is empty, or else after it; a line to write on follows. */
export function insertTable(contents: Delta, place: number, rows: number, columns: number): Delta {
  const { start, end, attributes } = lineAt(contents, place);
  const change = new Delta().retain(end);
  if (end > start) change.insert("\n", attributes);
  const table = freshId();
  const values = count(rows).flatMap((row) => count(columns).map((column) => `${table}/r${row}/c${column}`));
  for (const value of values) change.insert("\n", { table: value });
  const formats = Object.keys(end > start ? attributes : {});
  return change.retain(1, Object.fromEntries(formats.map((name) => [name, null]))).chop();
}

/** The change that a command makes to the table around the cell at `place`. */
export function changeTable(table: Table, place: number, command: TableCommand): Delta {
  const number = cellAt(table, place);
  const at = table.places[number];
  if (!at || command === "delete-table") return change([taken(table)]);
  if (command === "delete-row") {
    return change(table.cells.filter((_, other) => table.places[other]?.row === at.row).map(taken));
  }
  if (command === "delete-column") {
    return change(table.cells.filter((_, other) => table.places[other]?.column === at.column).map(taken));
  }
  const id = freshId();
  if (command === "row-above" || command === "row-below") return addRow(table, at.row, command === "row-below", id);
  return addColumn(table, at.column + (command === "column-after" ? 1 : 0), id);
}

/** The change that makes the cell of a place in the table, which nobody has written yet. */
export function fillPlace(table: Table, row: number, column: number): Delta {
  const value = `${table.id}/${table.rows[row]}/${table.columns[column]}`;
  return change([{ at: placeFor(table, row, column), values: [value] }]);
}

/** The cell at a place of the table. */
export function cellIn(table: Table, row: number, column: number): Cell | undefined {
  return table.cells[table.places.findIndex((place) => place.row === row && place.column === column)];
}

function addRow(table: Table, row: number, below: boolean, id: string): Delta {
  const numbers = table.cells.map((_, number) => number).filter((number) => table.places[number]?.row === row);
  const first = numbers[0] ?? 0;
  let last = first;
  while (table.places[last + 1]?.row === row) last += 1;
  const at = below ? endOf(table.cells[last] as Cell) : (table.cells[first] as Cell).index;
  return change([{ at, values: table.columns.map((column) => nameOf({ table: table.id, row: id, column })) }]);
}

function addColumn(table: Table, column: number, id: string): Delta {
  return change(
    table.rows.map((row, number) => ({
      at: placeFor(table, number, column),
      values: [nameOf({ table: table.id, row, column: id })],
    })),
  );
}

/** Where in the document a cell belongs that comes into a row before this column: after those that stand before it. */
function placeFor(table: Table, row: number, column: number): number {
  let [before, place] = [-1, -1];
  let first = Number.POSITIVE_INFINITY;
  table.places.forEach((at, number) => {
    const cell = table.cells[number] as Cell;
    if (at.row !== row) return;
    first = Math.min(first, cell.index);
    if (at.column < column && at.column > before) [before, place] = [at.column, endOf(cell)];
  });
  return before < 0 ? first : place;
}

const taken = ({ index, length }: { index: number; length: number }): Piece => ({ at: index, deleted: length });

function change(pieces: readonly Piece[]): Delta {
  const result = new Delta();
  let end = 0;
  for (const { at, values = [], deleted = 0 } of pieces.toSorted((a, b) => a.at - b.at)) {
    result.retain(at - end);
    for (const value of values) result.insert("\n", { table: value });
    result.delete(deleted);
    end = at + deleted;
  }
  return result;
}

function lineAt(contents: Delta, place: number): { start: number; end: number; attributes: Record<string, unknown> } {
  let [index, start] = [0, 0];
  for (const { insert, attributes } of contents.ops) {
    const text = typeof insert === "string" ? insert : " ";
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) {
      if (index + end >= place) return { start, end: index + end, attributes: attributes ?? {} };
      start = index + end + 1;
    }
    index += text.length;
  }
  return { start, end: Math.max(start, index - 1), attributes: {} };
}

const count = (to: number): number[] => Array.from({ length: to }, (_, number) => number + 1);
