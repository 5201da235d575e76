import { byId, part } from "../dom";
import { gettext } from "../gettext";
import type { EditorSurface, Selection } from "./adapter";
import { safeAddress } from "./formats";

/** Setting, changing and following links: a dialog for the address, and a card under a link with the caret in it. */
export class LinkEditing {
  private readonly dialog = byId<HTMLDialogElement>("link-dialog");
  private readonly address = byId<HTMLInputElement>("link-address");
  private readonly card = byId("link-card");
  private target: Selection | null = null;
  private editable = false;

  constructor(private readonly surface: EditorSurface) {
    part(this.dialog, "form").addEventListener("submit", (event) => this.submit(event));
    part(this.dialog, "cancel").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.surface.focus());
    part(this.card, "change").addEventListener("click", () => this.open());
    part(this.card, "remove").addEventListener("click", () => this.set(null));
    this.card.addEventListener("mousedown", (event) => event.preventDefault());
  }

  setEditable(editable: boolean): void {
    this.editable = editable;
    part(this.card, "change").hidden = !editable;
    part(this.card, "remove").hidden = !editable;
  }

  /** Asks for the address of the selection, or of the link around the caret. */
  open(): void {
    const selection = this.surface.selection ?? this.target;
    if (!selection || !this.editable) return;
    const link = this.surface.linkAt(selection.index);
    this.target = link && selection.length === 0 ? link.selection : selection;
    this.address.value = link?.address ?? "";
    byId("link-error").textContent = "";
    this.dialog.showModal();
    this.address.select();
  }

  /** Shows the card where the caret is in a link. */
  follow(selection: Selection | null, place: DOMRect | null): void {
    const link = selection && this.surface.linkAt(selection.index);
    this.card.hidden = !link || !place;
    if (!link || !place) return;
    this.target = link.selection;
    const open = part<HTMLAnchorElement>(this.card, "open");
    open.href = safeAddress(link.address) ?? "about:blank";
    open.textContent = link.address;
    const left = Math.min(place.left, document.documentElement.clientWidth - this.card.offsetWidth - 8);
    this.card.style.left = `${Math.max(8, left) + window.scrollX}px`;
    this.card.style.top = `${place.bottom + 6 + window.scrollY}px`;
  }

  private submit(event: Event): void {
    event.preventDefault();
    const address = safeAddress(this.address.value);
    if (this.address.value.trim() && !address) {
      byId("link-error").textContent = gettext("This is not a web or e-mail address.");
      return;
    }
    this.dialog.close();
    this.set(address);
  }

  private set(address: string | null): void {
    if (!this.target) return;
    this.surface.focus();
    if (this.target.length === 0 && address) this.surface.insertLink(this.target.index, address);
    else {
      this.surface.select(this.target);
      this.surface.format("link", address);
    }
    this.card.hidden = true;
  }
}
