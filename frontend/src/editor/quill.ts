import { Delta, wholeCharacters } from "@deltapad/client";
import Quill, { Module, Range as QuillRange } from "quill/core";
import Clipboard from "quill/modules/clipboard";
import { Marks } from "../find/marks";
import { IMAGE_TYPES, showsOthers } from "../images/address";
import { pastedImage, selectByClick } from "../images/blot";
import { TableLine } from "../tables/blots";
import { intoCell, withoutSelection } from "../tables/keeping";
import { CELL_KEYS, pastedCell } from "../tables/keys";
import type { Command, EditorSurface, Formats, RemoteCursor, Selection, SurfaceEvents } from "./adapter";
import { RemoteCarets } from "./carets";
import { allowedContents, BLOCKS, NO_LOOK, showable } from "./formats";
import { toHtml } from "./html";
import { plainText } from "./kept";
import { registry, SafeLink } from "./registry";
import { moved } from "./selection";

/** Quill's names for who made a change; only the user's leave this file. */
const { USER, API } = Quill.sources;

/** Milliseconds without a change after which the screen is compared with what Quill takes it to be. */
const LOOK_AFTER = 300;

/** Pixels at the top of the window that the toolbar may cover, and those that the bar for finding may. */
const TOOLBAR = 72;
const BAR = 240;

/** A line with nothing for a caret to stand in. */
const HOLLOW = ".ql-ui:only-child, :is(p, h1, h2, h3, h4, h5, h6, blockquote, .ql-code-block, .table-line):empty";

/** What of a pasted page is not text, though it holds some. */
const NEVER_TEXT = "script, style, template, noscript, title, iframe, object";

/** Quill, where deleting a selection leaves the cells of a table that it reaches into. */
class CellKeeper extends Quill {
  override deleteText(...given: [QuillRange | number, ...unknown[]]): Delta {
    const [range] = given;
    if (typeof range === "number") return super.deleteText(...(given as Parameters<Quill["deleteText"]>));
    return this.updateContents(withoutSelection(this.getContents(), range), USER);
  }
}

/** Copies through our own writer and lets in only what a document may hold. */
class SafeClipboard extends Clipboard {
  override onCopy(range: QuillRange): { html: string; text: string } {
    return { html: toHtml(this.quill.getContents(range.index, range.length)), text: this.quill.getText(range) };
  }

  override convert(pasted: { html?: string; text?: string }, formats: Record<string, unknown> = {}): Delta {
    return allowedContents(super.convert(pasted, formats));
  }

  /** Makes images of pasted HTML the document's. */
  bringAlong: SurfaceEvents["bringAlong"] = (html) => Promise.resolve(html);

  override onPaste(range: QuillRange, pasted: { html?: string; text?: string }): void {
    if (pasted.html && showsOthers(pasted.html)) void this.pasteLater(range, pasted.html);
    else this.paste(range, pasted);
  }

  /** Pastes once the images are there, where the caret then stands. */
  private async pasteLater(range: QuillRange, html: string): Promise<void> {
    const brought = await this.bringAlong(html);
    const last = this.quill.getLength() - 1;
    const given = { index: Math.min(range.index, last), length: 0 } as QuillRange;
    this.paste(this.quill.getSelection() ?? given, { html: brought });
  }

  private paste(range: QuillRange, pasted: { html?: string; text?: string }): void {
    const formats = this.quill.getFormat(range.index);
    const contents = this.convert(pasted, formats);
    this.quill.updateContents(replaced(this.quill, range, contents), USER);
    this.quill.setSelection(range.index + contents.length(), 0, Quill.sources.SILENT);
    this.quill.scrollSelectionIntoView();
  }
}

/** The change that puts contents in the place of a selection; within a cell they stay in it. */
function replaced(quill: Quill, range: Selection, contents: Delta): Delta {
  const table = quill.getFormat(range.index).table;
  const inserted = typeof table === "string" ? intoCell(contents, table, BLOCKS) : contents;
  return withoutSelection(quill.getContents(), range).compose(new Delta().retain(range.index).concat(inserted));
}

interface StepOptions {
  cutoff(): void;
  command(command: Command): void;
}

/** Stands where Quill expects its history, and hands everything to the page's own undo. */
class Steps extends Module<StepOptions> {
  constructor(quill: Quill, options: Partial<StepOptions>) {
    super(quill, options);
    const bind = (key: string | string[], command: Command, shiftKey = false) =>
      quill.keyboard.addBinding({ key, shortKey: true, shiftKey }, () => options.command?.(command));
    bind("z", "undo");
    bind(["z", "Z"], "redo", true);
    bind("y", "redo");
    bind("k", "link");
    quill.root.addEventListener("beforeinput", (event) => {
      if (event.inputType !== "historyUndo" && event.inputType !== "historyRedo") return;
      event.preventDefault();
      options.command?.(event.inputType === "historyUndo" ? "undo" : "redo");
    });
  }

  cutoff(): void {
    this.options.cutoff?.();
  }

  /** Quill asks for this once, before there is anything to forget. */
  clear(): void {}
}

Quill.register({ "modules/clipboard": SafeClipboard, "modules/history": Steps }, true);

/** Quill 2 as the page's editor; nothing else in the project knows it. */
export class QuillSurface implements EditorSurface {
  private readonly quill: Quill;
  private readonly carets: RemoteCarets;
  private readonly marks = new Marks((selection) => this.nativeRange(selection));
  /** Changes of others that wait for the end of a composition (an input method at work), or for Quill to look. */
  private held: Delta[] = [];
  private look = 0;

  constructor(
    host: HTMLElement,
    labels: { label: string; placeholder: string },
    private readonly events: SurfaceEvents,
  ) {
    this.quill = new CellKeeper(host, {
      registry: registry(),
      placeholder: labels.placeholder,
      modules: {
        history: { cutoff: () => events.cutoff(), command: (name: Command) => events.command(name) },
        uploader: {
          mimetypes: IMAGE_TYPES,
          handler: (range: QuillRange, files: File[]) => events.images(files, range.index),
        },
        clipboard: {
          matchers: [
            [NEVER_TEXT, () => new Delta()],
            ["td, th", pastedCell],
            ["img", pastedImage],
          ],
        },
        keyboard: { bindings: CELL_KEYS },
      },
    });
    (this.quill.getModule("clipboard") as SafeClipboard).bringAlong = (html) => events.bringAlong(html);
    this.carets = new RemoteCarets(this.quill.container, {
      caret: (index) => this.quill.getBounds(this.inside(index)),
      range: (selection) => this.nativeRange(selection),
    });
    this.quill.root.setAttribute("role", "textbox");
    this.quill.root.setAttribute("aria-multiline", "true");
    this.quill.root.setAttribute("aria-label", labels.label);
    this.listen();
    selectByClick(this.quill);
  }

  get contents(): Delta {
    return this.quill.getContents();
  }

  get length(): number {
    return this.quill.getLength();
  }

  get selection(): Selection | null {
    return this.quill.selection.savedRange && this.quill.hasFocus() ? this.quill.getSelection() : null;
  }

  apply(delta: Delta): void {
    this.held.push(delta);
    // What was typed but not yet noticed is older than this change on this screen: it goes first.
    this.quill.update(USER);
    if (!this.quill.composition.isComposing) this.release();
  }

  setContents(contents: Delta): void {
    this.held = [];
    this.draw(showable(contents));
  }

  shows(contents: Delta): boolean {
    if (this.held.length > 0 || this.quill.composition.isComposing) return true;
    return plainText(this.quill.getContents()) === plainText(showable(contents));
  }

  select(selection: Selection): void {
    // Beyond the end Quill would give up the focus.
    const start = this.inside(selection.index);
    this.quill.setSelection(start, this.inside(selection.index + selection.length) - start, USER);
  }

  focus(): void {
    this.quill.focus({ preventScroll: true });
  }

  setReadOnly(readOnly: boolean): void {
    this.quill.enable(!readOnly);
    this.quill.root.setAttribute("aria-readonly", String(readOnly));
  }

  setCursors(cursors: readonly RemoteCursor[]): void {
    this.carets.show(cursors);
  }

  formats(): Formats {
    return this.quill.hasFocus() ? this.quill.getFormat() : this.quill.getFormat(this.quill.selection.savedRange);
  }

  format(name: string, value: unknown): void {
    this.focus();
    if (this.inTable && BLOCKS.includes(name)) return;
    this.events.cutoff();
    this.quill.format(name, value ?? false, USER);
    this.events.cutoff();
  }

  clearFormats(): void {
    this.focus();
    const range = this.quill.getSelection(true);
    this.events.cutoff();
    if (this.inTable) this.quill.formatText(range.index, range.length, NO_LOOK, USER);
    else this.quill.removeFormat(range.index, range.length, USER);
    this.events.cutoff();
  }

  insert(contents: Delta): void {
    const { index, length } = this.quill.getSelection(true);
    this.quill.updateContents(replaced(this.quill, { index, length }, contents), USER);
    this.quill.setSelection(index + contents.length(), 0, USER);
  }

  edit(change: Delta): void {
    this.events.cutoff();
    this.quill.updateContents(change, USER);
    this.events.cutoff();
  }

  insertLink(index: number, address: string): void {
    this.quill.insertText(index, address, { link: address }, USER);
    this.quill.setSelection(index + address.length, 0, USER);
  }

  mark(matches: readonly Selection[], current: number): void {
    this.marks.show(matches, current);
  }

  reveal(selection: Selection): void {
    const place = this.nativeRange(selection)?.getBoundingClientRect();
    if (!place) return;
    const seen = place.top > BAR && place.bottom < window.innerHeight;
    if (!seen) window.scrollBy({ top: place.top - Math.max(BAR, window.innerHeight / 3) });
  }

  scrollTo(index: number): void {
    window.scrollBy({ top: (this.placeOf(index)?.top ?? 0) - TOOLBAR });
  }

  placeOf(index: number): DOMRect | null {
    return this.bounds({ index: this.inside(index), length: 0 });
  }

  selectionPlace(): DOMRect | null {
    const range = this.quill.getSelection();
    return range && this.bounds(range);
  }

  /** Whether the selection reaches into a table. */
  private get inTable(): boolean {
    return this.quill.getLines(this.quill.getSelection(true)).some((line) => line instanceof TableLine);
  }

  private bounds(selection: Selection): DOMRect | null {
    const bounds = this.quill.getBounds(selection.index, selection.length);
    if (!bounds) return null;
    const { left, top } = this.quill.container.getBoundingClientRect();
    return new DOMRect(left + bounds.left, top + bounds.top, bounds.width, bounds.height);
  }

  linkAt(index: number): { selection: Selection; address: string } | null {
    const [link] = this.quill.scroll.descendant(SafeLink, index);
    if (!link) return null;
    const address = String(SafeLink.formats(link.domNode as HTMLElement));
    return { selection: { index: this.quill.getIndex(link), length: link.length() }, address };
  }

  imageAt(index: number): { alt: string } | null {
    const [op] = this.quill.getContents(index, 1).ops;
    return op && typeof op.insert === "object" ? { alt: String(op.attributes?.alt ?? "") } : null;
  }

  private listen(): void {
    this.quill.root.addEventListener("beforeinput", (event) => this.takeOver(event));
    this.quill.on(Quill.events.TEXT_CHANGE, (change, before, source) => {
      this.carets.place();
      window.clearTimeout(this.look);
      this.look = window.setTimeout(() => this.lookAgain(), LOOK_AFTER);
      // Quill compares code units: carried over what others do, a change that cuts a character would leave half of it.
      const delta = wholeCharacters(before, change);
      this.events.textChanged(delta);
      if (source === USER) this.userChanged(delta);
    });
    this.quill.on(Quill.events.SELECTION_CHANGE, (range) => {
      if (this.held.length === 0) this.events.selection(range);
    });
    this.quill.on(Quill.events.COMPOSITION_END, () => queueMicrotask(() => this.release()));
  }

  /** The user's change, made on what the screen shows, carried over what is held back from it. */
  private userChanged(delta: Delta): void {
    let mine = delta;
    this.held = this.held.map((theirs) => {
      const shown = mine.transform(theirs, true);
      mine = theirs.transform(mine, false);
      return shown;
    });
    if (mine.ops.length > 0) this.events.change(mine);
  }

  private release(): void {
    const before = this.selection;
    const deltas = this.held.splice(0);
    for (const delta of deltas) this.quill.updateContents(showable(delta), API);
    if (before && !this.selection) this.select(deltas.reduce(moved, before));
  }

  /** Browsers write into the page in ways that Quill does not notice: what it does not know of is not in the document. */
  private lookAgain(): void {
    if (this.quill.composition.isComposing) return;
    const { root } = this.quill;
    const shown = root.textContent?.replaceAll("\ufeff", "");
    const meant = plainText(this.quill.getContents()).replaceAll("\n", "");
    if (shown !== meant || root.querySelector(HOLLOW)) this.redraw();
  }

  /** Draws the text anew from what Quill takes it to be. */
  private redraw(): void {
    this.draw(this.quill.getContents());
    window.clearTimeout(this.look);
  }

  private draw(contents: Delta): void {
    const { selection } = this;
    this.quill.setContents(contents, API);
    if (selection) this.select(selection);
  }

  /**
   * Writes what the browser would write itself where that breaks Quill's view of the page: a tab, which comes in an
   * element of its own, and text over a selection that holds nothing but Quill's own marks.
   */
  private takeOver(event: InputEvent): void {
    if (event.defaultPrevented || event.isComposing || event.inputType !== "insertText" || !event.data) return;
    const { selection } = this;
    const overMarks = selection?.length === 0 && event.getTargetRanges()[0]?.collapsed === false;
    if (!selection || !(overMarks || event.data.includes("\t"))) return;
    event.preventDefault();
    this.insert(new Delta().insert(event.data, this.quill.getFormat(selection.index, selection.length)));
  }

  private nativeRange({ index, length }: Selection): Range | null {
    const start = this.inside(index);
    const range = new QuillRange(start, this.inside(index + length) - start);
    const [startNode, startOffset, endNode, endOffset] = this.quill.selection.rangeToNative(range);
    if (!startNode || !endNode) return null;
    const native = document.createRange();
    native.setStart(startNode, startOffset ?? 0);
    native.setEnd(endNode, endOffset ?? 0);
    return native;
  }

  /** A place as Quill has one: what is held back from the screen may lie beyond it. */
  private inside(index: number): number {
    return Math.max(0, Math.min(index, this.length - 1));
  }
}
