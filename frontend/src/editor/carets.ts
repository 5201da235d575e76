import type { RemoteCursor, Selection } from "./adapter";

/** Where places of the text are on the screen; null while they are not laid out. */
export interface Geometry {
  /** The rectangle of a caret, relative to the host. */
  caret(index: number): { left: number; top: number; height: number } | null;
  range(selection: Selection): Range | null;
}

/** Milliseconds for which a name stays beside a caret that has moved. */
const NAME_SHOWN = 2000;

interface Shown {
  readonly element: HTMLElement;
  cursor: RemoteCursor;
  timer: number;
}

/**
 * The carets, names and selections of others, drawn over the text. The client has already moved them along with the
 * text; this only finds where they are on the screen, once per frame however much has changed.
 */
export class RemoteCarets {
  private readonly layer = document.createElement("div");
  private readonly shown = new Map<string, Shown>();
  private readonly stretches = new Stretches();
  private frame = 0;

  constructor(
    host: HTMLElement,
    private readonly geometry: Geometry,
  ) {
    this.layer.className = "carets";
    this.layer.setAttribute("aria-hidden", "true");
    host.append(this.layer);
    // What is dropped on a knob is meant for the text under it. Pointers move again once nothing is dragged.
    this.layer.addEventListener("dragenter", () => this.layer.classList.add("is-under-drag"));
    host.addEventListener("pointermove", () => this.layer.classList.remove("is-under-drag"));
    new ResizeObserver(() => this.place()).observe(host);
  }

  show(cursors: readonly RemoteCursor[]): void {
    const present = new Set(cursors.map(({ id }) => id));
    for (const [id, { element, timer }] of this.shown) {
      if (present.has(id)) continue;
      window.clearTimeout(timer);
      element.remove();
      this.shown.delete(id);
    }
    for (const cursor of cursors) this.update(cursor);
    this.place();
  }

  /** Finds the places again, after the text has changed. */
  place(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      for (const shown of this.shown.values()) this.placeOne(shown);
      this.stretches.show([...this.shown.values()].map(({ cursor }) => this.stretch(cursor)));
    });
  }

  private update(cursor: RemoteCursor): void {
    const known = this.shown.get(cursor.id);
    const shown = known ?? this.add(cursor);
    const moved = known?.cursor.selection.index !== cursor.selection.index;
    shown.cursor = cursor;
    if (moved) this.nameFor(shown);
  }

  private add(cursor: RemoteCursor): Shown {
    const element = document.createElement("span");
    const name = document.createElement("span");
    element.className = "caret";
    name.className = "caret-name";
    name.textContent = cursor.name;
    element.style.setProperty("--person", cursor.color);
    element.append(name);
    this.layer.append(element);
    const shown = { element, cursor, timer: 0 };
    this.shown.set(cursor.id, shown);
    return shown;
  }

  private nameFor(shown: Shown): void {
    window.clearTimeout(shown.timer);
    shown.element.classList.add("is-moving");
    shown.timer = window.setTimeout(() => shown.element.classList.remove("is-moving"), NAME_SHOWN);
  }

  private placeOne({ element, cursor: { selection } }: Shown): void {
    const place = this.geometry.caret(selection.index + selection.length);
    element.hidden = place === null;
    if (place === null) return;
    element.style.transform = `translate(${place.left}px, ${place.top}px)`;
    element.style.height = `${place.height}px`;
    const name = element.firstElementChild as HTMLElement;
    element.classList.toggle("is-flipped", place.left + name.offsetWidth > this.layer.offsetWidth);
  }

  private stretch({ color, selection }: RemoteCursor): { color: string; range: Range | null } {
    return { color, range: selection.length > 0 ? this.geometry.range(selection) : null };
  }
}

/** Selected stretches as CSS highlights: one per color, laid out by the browser itself. */
class Stretches {
  private readonly sheet = new CSSStyleSheet();
  private readonly highlights = new Map<string, Highlight>();

  constructor() {
    document.adoptedStyleSheets.push(this.sheet);
  }

  show(stretches: readonly { color: string; range: Range | null }[]): void {
    for (const highlight of this.highlights.values()) highlight.clear();
    for (const { color, range } of stretches) if (range) this.highlight(color)?.add(range);
  }

  private highlight(color: string): Highlight | undefined {
    // An older browser shows carets and no selections; a color that is none must not become a rule.
    if (!("highlights" in CSS) || !/^#[0-9a-f]{6}$/iu.test(color)) return undefined;
    const known = this.highlights.get(color);
    if (known) return known;
    const highlight = new Highlight();
    const name = `person-${color.slice(1)}`;
    CSS.highlights.set(name, highlight);
    this.sheet.insertRule(`::highlight(${name}) { background-color: ${color}40; }`);
    this.sheet.insertRule(
      `@media (prefers-color-scheme: dark) { ::highlight(${name}) { background-color: ${color}8c; } }`,
      this.sheet.cssRules.length,
    );
    this.highlights.set(color, highlight);
    return highlight;
  }
}
