import { byId } from "../dom";

/** Which documents are listed and in which order, as the buttons and the choice above the list say. */
export class View {
  private readonly buttons = [...byId("views").querySelectorAll<HTMLButtonElement>("button")];
  private readonly order = byId<HTMLSelectElement>("order");

  constructor(changed: () => void) {
    for (const button of this.buttons) {
      button.addEventListener("click", () => {
        for (const other of this.buttons) other.setAttribute("aria-pressed", String(other === button));
        changed();
      });
    }
    this.order.addEventListener("change", changed);
  }

  /** As the server is asked for it. */
  get query(): string {
    return `${this.filter}order=${this.order.value}&`;
  }

  get isEverything(): boolean {
    return this.filter === "";
  }

  private get filter(): string {
    return this.buttons.find((button) => button.getAttribute("aria-pressed") === "true")?.value ?? "";
  }
}
