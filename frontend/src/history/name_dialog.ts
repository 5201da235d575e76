import { byId } from "../dom";
import type { Past } from "./requests";

/** Asks for the name of a version; without a name it has none any more. */
export class NameDialog {
  private readonly dialog = byId<HTMLDialogElement>("name-dialog");
  private readonly input = byId<HTMLInputElement>("name-input");
  private version = 0;
  private before = "";

  constructor(
    private readonly past: Past,
    private readonly changed: () => Promise<void>,
  ) {
    byId("name-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save();
    });
    byId("name-cancel").addEventListener("click", () => this.dialog.close());
  }

  open(version: number, name: string): void {
    this.version = version;
    this.before = name;
    this.input.value = name;
    byId("name-error").textContent = "";
    this.dialog.showModal();
    this.input.select();
  }

  private async save(): Promise<void> {
    const name = this.input.value.trim();
    try {
      if (name) await this.past.name(this.version, name);
      else if (this.before) await this.past.unname(this.version);
      this.dialog.close();
      await this.changed();
    } catch (error) {
      byId("name-error").textContent = error instanceof Error ? error.message : String(error);
    }
  }
}
