import { api } from "../api";
import { byId, part } from "../dom";
import { interpolate, ngettext } from "../gettext";

/** For how long drafts are kept: the owner chooses; named versions stay in any case. */
export class Drafts {
  private readonly button = byId("drafts");
  private readonly dialog = byId<HTMLDialogElement>("drafts-dialog");
  private readonly days = byId<HTMLSelectElement>("drafts-days");
  private readonly error = byId("drafts-error");

  constructor(private readonly documentId: string) {
    this.button.addEventListener("click", () => void this.attempt(() => this.open()));
    part(this.dialog, "cancel").addEventListener("click", () => this.dialog.close());
    part(this.dialog, "form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.attempt(() => this.keep());
    });
  }

  setVisible(visible: boolean): void {
    this.button.hidden = !visible;
  }

  private async open(): Promise<void> {
    byId("file-menu").hidePopover();
    try {
      this.choose((await api.retention(this.documentId)).keep_days);
    } finally {
      this.dialog.showModal(); // not before, or what somebody chooses at once would be another again
    }
  }

  private choose(days: number | null): void {
    const value = days === null ? "" : String(days);
    if (![...this.days.options].some((option) => option.value === value)) {
      const text = interpolate(ngettext("%(days)s day", "%(days)s days", Number(value)), { days: value });
      this.days.add(new Option(text, value));
    }
    this.days.value = value;
  }

  private async keep(): Promise<void> {
    await api.keepDrafts(this.documentId, this.days.value === "" ? null : Number(this.days.value));
    this.dialog.close();
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    this.error.textContent = "";
    try {
      await work();
    } catch (error) {
      this.error.textContent = error instanceof Error ? error.message : String(error);
    }
  }
}
