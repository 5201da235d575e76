import type { Delta } from "@deltapad/client";

export type Formats = Record<string, unknown>;

/** A place in the text, in UTF-16 code units. */
export interface Selection {
  readonly index: number;
  readonly length: number;
}

export interface RemoteCursor {
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly selection: Selection;
}

export type Command = "undo" | "redo" | "link";

export interface SurfaceEvents {
  /** The user changed the text: a Delta on what `apply` and `setContents` have shown so far. */
  change(delta: Delta): void;
  /** The text on the screen has changed, whoever changed it. */
  textChanged(delta: Delta): void;
  selection(selection: Selection | null): void;
  /** A keyboard shortcut of the editor that the page carries out. */
  command(command: Command): void;
  /** The user's editor closes a step here (a format, a list begun): undo goes back no further at once. */
  cutoff(): void;
  /** Images were dropped or pasted at a place. */
  images(files: readonly File[], index: number): void;
  /** Pasted HTML shows images that are not the document's; answers with it, showing copies that are. */
  bringAlong(html: string): Promise<string>;
}

/**
 * What the page needs of a rich text editor. Quill stands behind it today (`quill.ts`); whatever takes its place
 * implements this and nothing else changes.
 */
export interface EditorSurface {
  /** Shows a change that was not made here. The user's own caret stays left of text that lands on it. */
  apply(delta: Delta): void;
  /** Shows other contents; the user's caret stays where it stood, as far as there is text. */
  setContents(contents: Delta): void;
  /** Whether the text on the screen is that of `contents`, or on its way to it. */
  shows(contents: Delta): boolean;
  /** What is shown. */
  readonly contents: Delta;
  /** Length of what is shown, the final newline included. */
  readonly length: number;
  readonly selection: Selection | null;
  select(selection: Selection): void;
  focus(): void;
  setReadOnly(readOnly: boolean): void;
  setCursors(cursors: readonly RemoteCursor[]): void;
  /** The formats at the selection, for the toolbar. */
  formats(): Formats;
  /** Sets (or with `null` removes) a format at the selection, as the user's change. */
  format(name: string, value: unknown): void;
  clearFormats(): void;
  /** Inserts text at the selection, as the user's change. */
  insert(contents: Delta): void;
  /** Makes a change of what is shown as the user's, in a step of its own. */
  edit(change: Delta): void;
  /** Inserts the address as its own link text, as the user's change. */
  insertLink(index: number, address: string): void;
  /** Marks matches, and the one of this number in particular; the document stays as it is. */
  mark(matches: readonly Selection[], current: number): void;
  /** Brings a stretch of the text into view, unless it is; the caret stays where it is. */
  reveal(selection: Selection): void;
  /** Scrolls so that a place is at the top. */
  scrollTo(index: number): void;
  /** Where in the window a place of the text is. */
  placeOf(index: number): DOMRect | null;
  /** Where on the page the selection is, for what is shown beside it. */
  selectionPlace(): DOMRect | null;
  /** The link around a place: where it reaches and its address. */
  linkAt(index: number): { selection: Selection; address: string } | null;
  /** The image at a place, with its words. */
  imageAt(index: number): { alt: string } | null;
}
