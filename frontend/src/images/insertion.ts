import { Delta } from "@deltapad/client";
import { api, Refusal } from "../api";
import { byId, part } from "../dom";
import type { EditorSurface, Selection } from "../editor/adapter";
import { pickFile } from "../files";
import { heldImage, imageAddress, imageElsewhere } from "./address";

/** Bringing images in, where they were dropped or pasted or the caret stands, and describing them. */
export class Images {
  private readonly dialog = byId<HTMLDialogElement>("image-dialog");
  private readonly words = byId<HTMLTextAreaElement>("image-alt");
  private readonly card = byId("image-card");
  /** Where images go that are on their way to the server. */
  private readonly places = new Set<{ index: number }>();
  private described = 0;
  private editable = false;

  constructor(
    private readonly documentId: string,
    private readonly surface: EditorSurface,
    private readonly showError: (text: string) => void,
  ) {
    pickFile(byId("insert-image"), byId<HTMLInputElement>("image-input"), (file) =>
      this.bring([file], surface.selection?.index ?? surface.length - 1),
    );
    part(this.card, "describe").addEventListener("click", () => this.open());
    this.card.addEventListener("mousedown", (event) => event.preventDefault());
    part(this.dialog, "form").addEventListener("submit", () => this.describe());
    part(this.dialog, "cancel").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => surface.focus());
  }

  setEditable(editable: boolean): void {
    this.editable = editable;
  }

  /** Uploads images one by one, and names each in the text, at a place that moves with what others type meanwhile. */
  async bring(files: readonly File[], index: number): Promise<void> {
    if (!this.editable) return;
    const place = { index };
    this.places.add(place);
    try {
      for (const file of files) this.insert((await api.putImage(this.documentId, file)).id, place.index);
    } catch (error) {
      this.tell(error);
    } finally {
      this.places.delete(place);
    }
  }

  /** Pasted HTML with images of the document in place of other documents' and of those that it holds. */
  async bringAlong(html: string): Promise<string> {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const image of page.images) {
      const id = await this.copyOf(image.getAttribute("src") ?? "");
      if (id) image.setAttribute("src", imageAddress(id));
    }
    return page.body.innerHTML;
  }

  textChanged(delta: Delta): void {
    for (const place of this.places) place.index = delta.transformPosition(place.index);
  }

  /** Shows the card under the image that is selected. */
  follow(selection: Selection | null, place: DOMRect | null): void {
    const image = selection?.length === 1 ? this.surface.imageAt(selection.index) : null;
    this.card.hidden = !image || !place || !this.editable;
    if (!image || !place || !selection) return;
    this.described = selection.index;
    part(this.card, "words").textContent = image.alt;
    this.card.style.left = `${Math.max(8, place.left) + window.scrollX}px`;
    this.card.style.top = `${place.bottom + 6 + window.scrollY}px`;
  }

  /** The id of this document's copy of the image at an address; null where its words are all there is. */
  private async copyOf(address: string): Promise<string | null> {
    const [elsewhere, held] = [imageElsewhere(address), heldImage(address)];
    try {
      if (elsewhere) return (await api.copyImage(this.documentId, elsewhere)).id;
      return held && (await api.putImage(this.documentId, held)).id;
    } catch (error) {
      if (!(error instanceof Refusal && error.code === "not_found")) this.tell(error);
      return null;
    }
  }

  private tell(error: unknown): void {
    this.showError(error instanceof Error ? error.message : String(error));
  }

  private insert(id: string, index: number): void {
    const at = Math.min(index, this.surface.length - 1);
    this.surface.edit(new Delta().retain(at).insert({ image: id }));
    this.surface.select({ index: at + 1, length: 0 });
  }

  private open(): void {
    this.words.value = this.surface.imageAt(this.described)?.alt ?? "";
    this.dialog.showModal();
    this.words.select();
  }

  private describe(): void {
    const alt = this.words.value.trim() || null;
    if (this.surface.imageAt(this.described)) {
      this.surface.edit(new Delta().retain(this.described).retain(1, { alt }));
    }
  }
}
