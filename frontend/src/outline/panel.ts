import { byId, part } from "../dom";
import type { EditorSurface } from "../editor/adapter";
import { depths, type Heading, headingsOf } from "./headings";

/** The part of the window, from its top, in which a heading stands that is read. */
const READ = 1 / 3;

/** The headings of the text beside it: follows what is typed, marks where one reads, and goes where one clicks. */
export class Outline {
  private readonly root = byId("outline");
  private readonly list = part(this.root, "list");
  private readonly button = byId("outline-button");
  private headings: readonly Heading[] = [];
  private frame = 0;
  private changed = true;

  constructor(private readonly surface: EditorSurface) {
    window.addEventListener("scroll", () => this.schedule(), { passive: true });
    window.addEventListener("resize", () => this.schedule());
    this.button.addEventListener("click", () => this.setOpen(!this.root.classList.contains("is-open")));
    this.root.addEventListener("keydown", (event) => this.moveFocus(event));
  }

  textChanged(): void {
    this.changed = true;
    this.schedule();
  }

  private schedule(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (this.changed) this.draw();
      this.mark();
    });
  }

  private draw(): void {
    this.changed = false;
    const before = this.headings;
    this.headings = headingsOf(this.surface.contents);
    this.root.hidden = this.headings.length === 0;
    this.button.hidden = this.root.hidden;
    if (sameLook(before, this.headings)) return;
    const levels = depths(this.headings);
    this.list.replaceChildren(...this.headings.map(({ text }, number) => this.item(text, levels[number] ?? 0, number)));
  }

  private item(text: string, depth: number, number: number): HTMLElement {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.title = text;
    button.style.setProperty("--depth", String(depth));
    button.addEventListener("click", () => this.goTo(number));
    item.append(button);
    return item;
  }

  private goTo(number: number): void {
    const heading = this.headings[number];
    this.setOpen(false);
    if (!heading) return;
    this.surface.select({ index: heading.index, length: 0 });
    this.surface.scrollTo(heading.index);
  }

  /** Marks the last heading that has been reached: the one whose part is read. */
  private mark(): void {
    const reach = window.innerHeight * READ;
    let [low, high] = [0, this.headings.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.top(middle) <= reach) low = middle + 1;
      else high = middle;
    }
    this.buttons.forEach((button, number) => {
      const current = number === low - 1;
      if (current) button.setAttribute("aria-current", "location");
      else button.removeAttribute("aria-current");
      // One stop for the tabulator; the arrow keys go along.
      button.tabIndex = number === Math.max(0, low - 1) ? 0 : -1;
    });
  }

  private top(number: number): number {
    return this.surface.placeOf(this.headings[number]?.index ?? 0)?.top ?? 0;
  }

  private get buttons(): HTMLButtonElement[] {
    return [...this.list.querySelectorAll("button")];
  }

  private setOpen(open: boolean): void {
    this.root.classList.toggle("is-open", open);
    this.button.setAttribute("aria-expanded", String(open));
    if (open) (this.list.querySelector<HTMLElement>("[tabindex='0']") ?? this.root).focus();
  }

  private moveFocus(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      this.setOpen(false);
      this.surface.focus();
    }
    const { buttons } = this;
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    buttons[Math.max(0, Math.min(to, buttons.length - 1))]?.focus();
  }
}

function sameLook(before: readonly Heading[], now: readonly Heading[]): boolean {
  const same = (heading: Heading, number: number) =>
    heading.text === now[number]?.text && heading.level === now[number].level;
  return before.length === now.length && before.every(same);
}
