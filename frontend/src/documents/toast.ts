import { byId, part } from "../dom";
import { gettext } from "../gettext";

/** Milliseconds for which what was done is said, and can be undone at once. */
const SHOWN = 10_000;

/** Says what was done, at the foot of the window, with a way back where there is one. */
export class Toast {
  private readonly element = byId("toast");
  private timer = 0;

  show(text: string, undo?: () => Promise<void>): void {
    part(this.element, "text").textContent = text;
    const button = part<HTMLButtonElement>(this.element, "undo");
    button.textContent = gettext("Undo");
    button.hidden = !undo;
    button.onclick = () => {
      this.hide();
      void undo?.();
    };
    this.element.hidden = false;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.hide(), SHOWN);
  }

  hide(): void {
    this.element.hidden = true;
  }
}
