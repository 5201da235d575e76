import { readFileSync } from "node:fs";
import { Delta } from "@deltapad/client";
import { describe, expect, it } from "vitest";
import { changeTable, fillPlace, insertTable, type TableCommand } from "../src/tables/commands";
import { endsCell, intoCell, withoutSelection } from "../src/tables/keeping";
import { type Address, addressOf, layOut, MAX_COLUMNS } from "../src/tables/layout";
import { type Table, tableAt, tablesOf } from "../src/tables/tables";

interface Example {
  about: string;
  cells: string[];
  places: [number, number][];
}

const examples: Example[] = JSON.parse(readFileSync(`${__dirname}/../../protocol/vectors/tables.json`, "utf8"));

describe("a table is laid out", () => {
  it.each(examples)("$about", ({ cells, places }) => {
    const laidOut = layOut(cells.map((value) => addressOf(value) as Address));
    expect(laidOut.places.map(({ row, column }) => [row, column])).toEqual(places);
  });

  it("in a bounded number of columns", () => {
    const cells = Array.from({ length: 500 }, (_, number) => ({ table: "t", row: "r", column: `c${number}` }));
    const { columns, places } = layOut(cells);
    expect(columns.length).toBe(MAX_COLUMNS + 1);
    expect(new Set(places.map(({ row, column }) => `${row}/${column}`)).size).toBe(500);
  });
});

/** What a person sees of a table: the text of its cells, row by row. */
function seen(table: Table | null | undefined, contents: Delta): string[][] {
  if (!table) return [];
  const grid = table.rows.map(() => table.columns.map(() => "·"));
  table.cells.forEach(({ index, length }, number) => {
    const { row, column } = table.places[number] as { row: number; column: number };
    const text = contents.slice(index, index + length - 1).ops.map(({ insert }) => insert);
    (grid[row] as string[])[column] = text.join("").replaceAll("\n", "/");
  });
  return grid;
}

/** `a1|b1` and so on in a table of two columns, between two lines. */
function example(rows = 2): Delta {
  const contents = new Delta().insert("before\n");
  for (let row = 1; row <= rows; row += 1) {
    for (const column of ["a", "b"]) contents.insert(`${column}${row}`).insert("\n", { table: `t/r${row}/${column}` });
  }
  return contents.insert("after\n");
}

const place = (contents: Delta, text: string): number =>
  contents.ops
    .map(({ insert }) => insert)
    .join("")
    .indexOf(text);

function changed(contents: Delta, cell: string, command: TableCommand): string[][] {
  const at = place(contents, cell);
  const table = tableAt(contents, at) as Table;
  const after = contents.compose(changeTable(table, at, command));
  return seen(tablesOf(after)[0], after);
}

describe("commands", () => {
  it.each<[string, TableCommand, string[][]]>([
    [
      "a1",
      "row-above",
      [
        ["", ""],
        ["a1", "b1"],
        ["a2", "b2"],
      ],
    ],
    [
      "b1",
      "row-below",
      [
        ["a1", "b1"],
        ["", ""],
        ["a2", "b2"],
      ],
    ],
    [
      "a2",
      "column-before",
      [
        ["", "a1", "b1"],
        ["", "a2", "b2"],
      ],
    ],
    [
      "a2",
      "column-after",
      [
        ["a1", "", "b1"],
        ["a2", "", "b2"],
      ],
    ],
    [
      "b2",
      "column-after",
      [
        ["a1", "b1", ""],
        ["a2", "b2", ""],
      ],
    ],
    ["b1", "delete-row", [["a2", "b2"]]],
    ["b1", "delete-column", [["a1"], ["a2"]]],
    ["a1", "delete-table", []],
  ])("in %s: %s", (cell, command, wanted) => expect(changed(example(), cell, command)).toEqual(wanted));

  it("insert a table into an empty line or after one that is not", () => {
    const into = (contents: Delta, at: number) => contents.compose(insertTable(contents, at, 2, 3));
    const empty = into(new Delta().insert("x\n\n"), 2);
    expect(seen(tablesOf(empty)[0], empty)).toEqual([
      ["", "", ""],
      ["", "", ""],
    ]);
    expect(empty.ops.map(({ insert }) => insert).join("")).toBe(`x\n${"\n".repeat(6)}\n`);
    const after = into(new Delta().insert("Title").insert("\n", { header: 1 }), 2);
    expect(after.ops[1]).toEqual({ insert: "\n", attributes: { header: 1 } });
    expect(after.ops.at(-1)).toEqual({ insert: "\n" });
  });

  it("fill a place that has no cell", () => {
    const contents = new Delta().insert("\n", { table: "t/r/a" }).insert("\n", { table: "t/s/b" }).insert("\n");
    const after = contents.compose(fillPlace(tablesOf(contents)[0] as Table, 1, 1));
    expect(seen(tablesOf(after)[0], after).flat()).toEqual(["·", "", "", ""]);
  });
});

describe("deleting and pasting", () => {
  const without = (contents: Delta, from: string, to: string) => {
    const index = place(contents, from);
    const after = contents.compose(withoutSelection(contents, { index, length: place(contents, to) - index }));
    return [after.ops.map(({ insert }) => insert).join(""), seen(tablesOf(after)[0], after)];
  };

  it("a selection across cells takes only their text", () => {
    expect(without(example(), "b1", "b2")).toEqual([
      "before\na1\n\n\nb2\nafter\n",
      [
        ["a1", ""],
        ["", "b2"],
      ],
    ]);
  });

  it("a selection that reaches into a table leaves it", () => {
    expect(without(example(), "fore", "b1")).toEqual([
      "be\n\nb1\na2\nb2\nafter\n",
      [
        ["", "b1"],
        ["a2", "b2"],
      ],
    ]);
  });

  it("a selection around a table takes it", () => {
    expect(without(example(), "fore", "ter")).toEqual(["beter\n", []]);
  });

  it("lines within one cell can be joined, cells cannot", () => {
    const contents = new Delta().insert("x\na\nb\n", { table: "t/r/c" }).insert("end\n");
    expect([1, 3, 5, 9].map((newline) => endsCell(contents, newline))).toEqual([false, false, true, false]);
    expect(endsCell(example(), 6)).toBe(true);
  });

  it("what is pasted into a cell stays in it", () => {
    const pasted = new Delta()
      .insert("a")
      .insert("\n", { header: 1 })
      .insert("b", { bold: true })
      .insert("\n", { table: "x/y/z" });
    expect(intoCell(pasted, "t/r/c", ["header", "table"]).ops).toEqual([
      { insert: "a" },
      { insert: "\n", attributes: { table: "t/r/c" } },
      { insert: "b", attributes: { bold: true } },
      { insert: "\n", attributes: { table: "t/r/c" } },
    ]);
  });
});

/** A small generator of numbers that a seed repeats (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const COMMANDS: TableCommand[] = [
  "row-above",
  "row-below",
  "column-before",
  "column-after",
  "delete-row",
  "delete-column",
];

function act(contents: Delta, pick: (below: number) => number, mark: string): Delta {
  const table = tablesOf(contents)[0];
  const cell = table?.cells[pick(table.cells.length)];
  if (!table || !cell) return new Delta();
  if (pick(2) === 0) return new Delta().retain(cell.index + pick(cell.length)).insert(mark);
  return changeTable(table, cell.index, COMMANDS[pick(COMMANDS.length)] as TableCommand);
}

describe.each(Array.from({ length: 200 }, (_, seed) => seed))("seed %i", (seed) => {
  it("two who change a table at once see one table, whole, with all that is left of their text", () => {
    const pick = numbers(seed);
    const base = example(3);
    const sides = ["A", "B"].map((mark) => {
      let contents = base;
      let change = new Delta();
      for (let turn = 0; turn < 6; turn += 1) {
        const next = act(contents, pick, mark);
        contents = contents.compose(next);
        change = change.compose(next);
      }
      return { contents, change };
    }) as [{ contents: Delta; change: Delta }, { contents: Delta; change: Delta }];
    const [first, second] = sides;
    const one = first.contents.compose(first.change.transform(second.change, false));
    const other = second.contents.compose(second.change.transform(first.change, true));
    expect(one.ops).toEqual(other.ops);
    const tables = tablesOf(one);
    expect(tables.length).toBeLessThanOrEqual(1);
    for (const table of tables) {
      const places = table.places.map(({ row, column }) => `${row}/${column}`);
      expect(new Set(places).size).toBe(table.cells.length);
      // Rows and columns are those that either left or made: nobody's change tears a row in two.
      expect(new Set(table.rows).size).toBe(table.rows.length);
      const columns = (contents: Delta) => tablesOf(contents)[0]?.columns ?? [];
      const theirs = new Set([...columns(first.contents), ...columns(second.contents)]);
      expect(table.columns.every((column) => theirs.has(column))).toBe(true);
    }
    const marks = (contents: Delta) =>
      contents.ops
        .map(({ insert }) => insert)
        .join("")
        .match(/[AB]/gu)?.length ?? 0;
    expect(marks(one)).toBe(marks(first.contents) + marks(second.contents));
  });
});
