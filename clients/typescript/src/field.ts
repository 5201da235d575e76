/** A plain text field of a page, bound to a document: what is typed in one stands in the other, and carets stay where they were. */

import type { DocumentClient } from "./client.js";
import { Delta } from "./delta.js";
import type { Selection } from "./messages.js";
import { moveSelection } from "./presence.js";

export type Field = HTMLTextAreaElement | HTMLInputElement;

/**
 * Binds a field to the client's document until the returned function is called. The field shows the text without its last newline
 * (an `<input>` shows other newlines as spaces), is read-only while its author may not edit, and undoes its author's own changes only.
 */
export function bindField(client: DocumentClient, field: Field): () => void {
  const binding = new Binding(client, field);
  return () => binding.end();
}

/** The smallest change from one text to the other, of which what stands after `caret` is old. */
export function textChange(before: string, after: string, caret = after.length): Delta {
  const suffix = common(
    Math.min(after.length - caret, before.length),
    (at) => before.at(-1 - at) === after.at(-1 - at),
  );
  const most = Math.min(before.length, after.length) - suffix;
  const prefix = common(most, (at) => before[at] === after[at]);
  return new Delta()
    .retain(prefix)
    .insert(after.slice(prefix, after.length - suffix))
    .delete(before.length - suffix - prefix)
    .chop();
}

function common(most: number, same: (at: number) => boolean): number {
  let length = 0;
  while (length < most && same(length)) length++;
  return length;
}

class Binding {
  private readonly ends: (() => void)[] = [];
  /** What the field shows, as far as it was taken from the client or given to it. */
  private shown = "";
  /** What others do while an input method composes a character: the field is left alone until it is done. */
  private held: Delta | null = null;

  constructor(
    private readonly client: DocumentClient,
    private readonly field: Field,
  ) {
    this.ends.push(
      client.on("reset", () => this.show(this.selection)),
      client.on("change", ({ delta, selection }) => this.changed(delta, selection)),
      client.on("access", () => this.mayEdit()),
      client.on("document", () => this.mayEdit()),
    );
    this.listen(field, "input", (event) => this.input(event as InputEvent));
    this.listen(field, "compositionstart", () => this.compose());
    this.listen(field, "compositionend", () => this.composed());
    this.listen(field, "keydown", (event) => this.key(event as KeyboardEvent));
    this.listen(field, "blur", () => client.select(null));
    this.listen(field.ownerDocument, "selectionchange", () => this.selected());
    this.show(null);
    this.mayEdit();
  }

  end(): void {
    for (const end of this.ends.splice(0)) end();
  }

  private listen(target: EventTarget, name: string, listener: (event: Event) => void): void {
    target.addEventListener(name, listener);
    this.ends.push(() => target.removeEventListener(name, listener));
  }

  private get text(): string {
    const text = this.client.text.slice(0, -1);
    return this.field.tagName === "INPUT" ? text.replaceAll("\n", " ") : text;
  }

  private get focused(): boolean {
    return this.field.ownerDocument.activeElement === this.field;
  }

  private get selection(): Selection | null {
    const { selectionStart, selectionEnd } = this.field;
    if (!this.focused || selectionStart === null || selectionEnd === null) return null;
    return { index: selectionStart, length: selectionEnd - selectionStart };
  }

  private show(selection: Selection | null): void {
    const { field } = this;
    const direction = field.selectionDirection ?? "none";
    this.shown = this.text;
    if (field.value !== this.shown) field.value = this.shown;
    if (selection === null || !this.focused) return;
    const end = selection.index + selection.length;
    field.setSelectionRange(selection.index, end, direction);
  }

  private changed(delta: Delta, selection?: Selection): void {
    if (this.held) this.held = this.held.compose(delta);
    else this.show(selection ?? (this.selection && moveSelection(this.selection, delta)));
  }

  private input(event: InputEvent): void {
    if (event.isComposing || this.held) return;
    this.give(textChange(this.shown, this.field.value, this.field.selectionEnd ?? undefined));
    this.selected();
  }

  private give(change: Delta): void {
    this.shown = this.field.value;
    if (change.ops.length > 0) this.client.edit(change);
  }

  private compose(): void {
    this.held = new Delta();
  }

  /** What was composed was composed on a text that others have changed since. */
  private composed(): void {
    const { held } = this;
    if (held === null) return;
    this.held = null;
    const change = textChange(this.shown, this.field.value, this.field.selectionEnd ?? undefined);
    const { selection } = this;
    this.give(held.transform(change, false));
    this.show(selection && moveSelection(selection, change.transform(held, true)));
    this.selected();
  }

  private key(event: KeyboardEvent): void {
    const name = event.ctrlKey || event.metaKey ? event.key.toLowerCase() : "";
    if (event.altKey || (name !== "z" && name !== "y")) return;
    event.preventDefault();
    if (name === "y" || event.shiftKey) this.client.redo();
    else this.client.undo();
  }

  private selected(): void {
    if (this.held === null && this.focused) this.client.select(this.selection);
  }

  private mayEdit(): void {
    this.field.readOnly = !this.client.capabilities.has("edit") || this.client.documentState !== "open";
  }
}
