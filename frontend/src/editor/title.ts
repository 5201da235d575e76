import { api } from "../api";

/** The title in the header: typed in place, saved on leaving the field or Enter; Escape takes it back. */
export class Title {
  private saved = "";

  constructor(
    private readonly input: HTMLInputElement,
    private readonly documentId: string,
    private readonly failed: (sentence: string) => void,
  ) {
    input.addEventListener("blur", () => void this.save());
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") input.value = this.saved;
      if (event.key === "Enter" || event.key === "Escape") input.blur();
    });
  }

  setEditable(editable: boolean): void {
    this.input.readOnly = !editable;
  }

  /** The title as the server has it. One that is being typed is not overwritten. */
  show(title: string): void {
    const typing = document.activeElement === this.input && this.input.value !== this.saved;
    this.saved = title;
    document.title = `${title} · Deltapad`;
    if (!typing) this.input.value = title;
  }

  private async save(): Promise<void> {
    const title = this.input.value.trim();
    if (!title || this.input.readOnly) this.input.value = this.saved;
    if (!title || title === this.saved || this.input.readOnly) return;
    try {
      await api.rename(this.documentId, title);
      this.show(title);
    } catch (error) {
      this.input.value = this.saved;
      this.failed(error instanceof Error ? error.message : String(error));
    }
  }
}
