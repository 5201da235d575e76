import { byId } from "../dom";
import type { EditorSurface, Formats } from "./adapter";

/** What the toolbar asks of the page besides formats. */
export interface ToolbarCommands {
  undo(): void;
  redo(): void;
  link(): void;
}

const BLOCKS = ["header", "blockquote", "code-block"] as const;

/** The formatting toolbar: what is pressed goes to the editor, what is at the caret shows as pressed. */
export class Toolbar {
  private readonly root = byId("toolbar");
  private readonly style = byId<HTMLSelectElement>("block-style");
  private readonly formatButtons: HTMLButtonElement[];
  private readonly tools: HTMLElement[];

  constructor(
    private readonly surface: EditorSurface,
    private readonly commands: ToolbarCommands,
  ) {
    this.formatButtons = [...document.querySelectorAll<HTMLButtonElement>("[data-format]")];
    this.tools = [...this.root.querySelectorAll<HTMLElement>("button, select")];
    this.listen();
    this.rove(this.tools[0]);
  }

  setVisible(visible: boolean): void {
    this.root.hidden = !visible;
  }

  showHistory({ canUndo, canRedo }: { canUndo: boolean; canRedo: boolean }): void {
    this.command("undo").disabled = !canUndo;
    this.command("redo").disabled = !canRedo;
  }

  show(formats: Formats): void {
    for (const button of this.formatButtons) {
      if (button.hasAttribute("aria-pressed")) button.setAttribute("aria-pressed", String(isOn(button, formats)));
    }
    this.style.value = styleOf(formats);
    for (const name of ["color", "background"] as const) {
      const ink = this.root.querySelector<SVGElement>(`[data-menu="${name}-menu"]`);
      ink?.style.setProperty("--ink-shown", typeof formats[name] === "string" ? formats[name] : "");
    }
  }

  private listen(): void {
    // A press must not take the focus, and with it the caret, out of the text.
    for (const button of document.querySelectorAll(".tool, .swatch")) {
      button.addEventListener("mousedown", (event) => event.preventDefault());
    }
    for (const button of this.formatButtons) {
      const color = button.classList.contains("swatch") ? button.dataset.value : undefined;
      if (color) button.style.backgroundColor = color;
      button.addEventListener("click", () => this.format(button));
    }
    for (const button of this.root.querySelectorAll<HTMLButtonElement>("[data-indent]")) {
      button.addEventListener("click", () => this.surface.format("indent", button.dataset.indent));
    }
    for (const button of this.root.querySelectorAll<HTMLButtonElement>("[data-menu]")) {
      button.addEventListener("click", () => openBelow(byId(button.dataset.menu ?? ""), button));
    }
    this.style.addEventListener("change", () => this.setStyle(this.style.value));
    this.command("undo").addEventListener("click", () => this.commands.undo());
    this.command("redo").addEventListener("click", () => this.commands.redo());
    this.command("link").addEventListener("click", () => this.commands.link());
    this.command("clear").addEventListener("click", () => this.surface.clearFormats());
    this.root.addEventListener("keydown", (event) => this.moveFocus(event));
    this.root.addEventListener("focusin", (event) => this.rove(event.target as HTMLElement));
  }

  private format(button: HTMLButtonElement): void {
    const { format = "", value } = button.dataset;
    const on = button.getAttribute("aria-pressed") === "true";
    this.surface.format(format, on ? null : wantedValue(button, value));
    button.closest<HTMLElement>("[popover]")?.hidePopover();
  }

  private setStyle(value: string): void {
    const [wanted, level] = value.split(":");
    const formats = this.surface.formats();
    for (const name of BLOCKS) if (name !== wanted && formats[name]) this.surface.format(name, null);
    if (wanted) this.surface.format(wanted, level ? Number(level) : true);
    this.surface.focus();
  }

  private command(name: string): HTMLButtonElement {
    return this.root.querySelector<HTMLButtonElement>(`[data-command="${name}"]`) as HTMLButtonElement;
  }

  /** One stop for the tabulator; the arrow keys go along (WAI-ARIA's toolbar pattern). */
  private rove(stop: HTMLElement | undefined): void {
    for (const tool of this.tools) tool.tabIndex = tool === stop ? 0 : -1;
  }

  private moveFocus(event: KeyboardEvent): void {
    if (event.key === "Escape") this.surface.focus();
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const usable = this.tools.filter((tool) => !(tool as HTMLButtonElement).disabled);
    const at = usable.indexOf(document.activeElement as HTMLElement);
    usable[(at + step + usable.length) % usable.length]?.focus();
  }
}

function wantedValue(button: HTMLButtonElement, value: string | undefined): unknown {
  if (value !== undefined) return value;
  // Without a value: a switch such as bold, or “none” of a choice such as a color.
  return button.classList.contains("swatch") || button.dataset.format === "align" ? null : true;
}

function isOn(button: HTMLButtonElement, formats: Formats): boolean {
  const { format = "", value } = button.dataset;
  const now = formats[format];
  if (format === "align") return (now ?? "") === (value ?? "");
  if (value === "unchecked") return now === "unchecked" || now === "checked";
  return value === undefined ? now === true : now === value;
}

function styleOf(formats: Formats): string {
  const name = BLOCKS.find((block) => formats[block]);
  if (!name) return "";
  return name === "header" ? `header:${formats.header}` : name;
}

function openBelow(menu: HTMLElement, button: HTMLElement): void {
  menu.togglePopover();
  const place = button.getBoundingClientRect();
  const left = Math.min(place.left, document.documentElement.clientWidth - menu.offsetWidth - 8);
  menu.style.inset = `${place.bottom + 4}px auto auto ${Math.max(8, left)}px`;
}
