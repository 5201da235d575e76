import type { Delta } from "@deltapad/client";
import { byId, part } from "../dom";
import type { EditorSurface } from "../editor/adapter";
import { gettext, interpolate } from "../gettext";
import { Finder } from "./finder";
import { replacement } from "./search";

/** Finding and replacing in the text: a small bar over it, opened by Ctrl+F and Ctrl+H. */
export class FindBar {
  private readonly root = byId("find");
  private readonly text = part<HTMLInputElement>(this.root, "text");
  private readonly replacement = part<HTMLInputElement>(this.root, "replacement");
  private readonly finder = new Finder();
  private frame = 0;

  constructor(private readonly surface: EditorSurface) {
    const { root } = this;
    this.text.addEventListener("input", () => this.look());
    for (const name of ["case", "words"]) part(root, name).addEventListener("change", () => this.look());
    part(root, "find").addEventListener("submit", (event) => this.go(event, 1));
    part(root, "previous").addEventListener("click", (event) => this.go(event, -1));
    part(root, "replace").addEventListener("submit", (event) => this.replaceOne(event));
    part(root, "all").addEventListener("click", () => this.replaceAll());
    part(root, "close").addEventListener("click", () => this.close());
    root.addEventListener("keydown", (event) => this.keyInBar(event));
    byId("main").addEventListener("keydown", (event) => this.keyOnPage(event));
  }

  setEditable(editable: boolean): void {
    part(this.root, "replace").hidden = !editable;
  }

  /** Opens the bar with what is selected to be looked for, from there on. */
  open(): void {
    const { selection, contents } = this.surface;
    this.root.hidden = false;
    if (selection) {
      const { ops } = contents.slice(selection.index, selection.index + selection.length);
      const selected = ops.map(({ insert }) => (typeof insert === "string" ? insert : "\n")).join("");
      if (selected && !selected.includes("\n")) this.text.value = selected;
    }
    this.look(selection?.index);
    this.text.focus();
    this.text.select();
  }

  /** The text has changed, whoever changed it. */
  textChanged(delta: Delta): void {
    if (this.root.hidden) return;
    this.finder.carry(delta);
    window.cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      this.finder.refresh(this.surface.contents);
      this.show();
    });
  }

  private close(): void {
    this.root.hidden = true;
    this.surface.mark([], -1);
    if (this.finder.match) this.surface.select(this.finder.match);
    this.surface.focus();
  }

  private look(place?: number): void {
    const query = {
      text: this.text.value,
      matchCase: part<HTMLInputElement>(this.root, "case").checked,
      wholeWords: part<HTMLInputElement>(this.root, "words").checked,
    };
    this.finder.look(query, this.surface.contents, place);
    this.show();
    this.reveal();
  }

  private go(event: Event, by: 1 | -1): void {
    event.preventDefault();
    this.finder.step(by);
    this.show();
    this.reveal();
  }

  private replaceOne(event: Event): void {
    event.preventDefault();
    this.finder.refresh(this.surface.contents);
    const { match } = this.finder;
    if (!match) return;
    this.surface.edit(replacement(this.surface.contents, [match], this.replacement.value));
    this.finder.goTo(match.index + this.replacement.value.length);
    this.finder.refresh(this.surface.contents);
    this.show();
    this.reveal();
  }

  private replaceAll(): void {
    this.finder.refresh(this.surface.contents);
    const { matches } = this.finder;
    if (matches.length > 0) this.surface.edit(replacement(this.surface.contents, matches, this.replacement.value));
  }

  private show(): void {
    const { matches, current } = this.finder;
    this.surface.mark(matches, current);
    const values = { number: current + 1, count: matches.length };
    const found = matches.length > 0 ? interpolate(gettext("%(number)s of %(count)s"), values) : gettext("No match");
    part(this.root, "count").textContent = this.text.value ? found : "";
  }

  private reveal(): void {
    if (this.finder.match) this.surface.reveal(this.finder.match);
  }

  private keyInBar(event: KeyboardEvent): void {
    if (event.key === "Escape") this.close();
    if (event.key === "Enter" && event.shiftKey && event.target === this.text) this.go(event, -1);
  }

  /** A second Ctrl+F is the browser's own, which also finds what stands around the text. */
  private keyOnPage(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.target === this.text) return;
    const key = event.key.toLowerCase();
    if (key !== "f" && key !== "h") return;
    event.preventDefault();
    this.open();
    if (key === "h" && this.text.value && !part(this.root, "replace").hidden) this.replacement.focus();
  }
}
