/** The most columns that a table is laid out in; what stands in further ones goes into rows of its own. */
export const MAX_COLUMNS = 64;

/** The ids that a line's `table` names: `"table/row/column"`. */
export interface Address {
  readonly table: string;
  readonly row: string;
  readonly column: string;
}

/** Where a cell is, from 0. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface Layout {
  /** The places of the given cells, in their order. */
  readonly places: readonly Place[];
  /** The ids of the rows and of the columns, in the order in which they are seen. */
  readonly rows: readonly string[];
  readonly columns: readonly string[];
}

const ADDRESS = /^([A-Za-z0-9]{1,16})\/([A-Za-z0-9]{1,16})\/([A-Za-z0-9]{1,16})$/u;

export function addressOf(value: unknown): Address | null {
  const found = typeof value === "string" ? ADDRESS.exec(value) : null;
  return found && { table: found[1] as string, row: found[2] as string, column: found[3] as string };
}

/**
 * Lays a table out: a cell is where its ids say, in whatever order the document holds the cells. Any document makes
 * a table. Rows stand as they first appear; a column that a row brings stands after the one before it in that row; a
 * second cell of the same ids begins a further row, and what nobody has written is left empty. The server's renderer
 * (`documents/exchange/tables.py`) does the same, held to the same examples.
 */
export function layOut(cells: readonly Address[]): Layout {
  const seen = new Map<string, number>();
  const rows = new Map<string, { id: string; cells: { column: string; number: number }[] }>();
  const known = new Set<string>();
  cells.forEach((cell, number) => {
    if (known.size < MAX_COLUMNS) known.add(cell.column);
    const column = known.has(cell.column) ? cell.column : OVERFLOW;
    const address = `${cell.row}/${column}`;
    const turn = seen.get(address) ?? 0;
    seen.set(address, turn + 1);
    const key = `${cell.row}/${turn}`;
    const row = rows.get(key) ?? { id: cell.row, cells: [] };
    rows.set(key, row);
    row.cells.push({ column, number });
  });
  const columns = columnOrder([...rows.values()].map((row) => row.cells.map(({ column }) => column)));
  const places: Place[] = [];
  [...rows.values()].forEach((row, at) => {
    for (const { column, number } of row.cells) places[number] = { row: at, column: columns.indexOf(column) };
  });
  return { places, rows: [...rows.values()].map(({ id }) => id), columns };
}

/** Stands for every column beyond the most; no id is empty. */
const OVERFLOW = "";

function columnOrder(rows: readonly (readonly string[])[]): string[] {
  const order: string[] = [];
  for (const row of rows) {
    let after = 0;
    for (const column of row) {
      const known = order.indexOf(column);
      if (known < 0) order.splice(after, 0, column);
      after = (known < 0 ? after : known) + 1;
    }
  }
  return order;
}
