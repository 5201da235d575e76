import { Delta } from "@deltapad/client";
import { api } from "../api";
import { requests } from "../documents/requests";
import { byId } from "../dom";
import { pickFile } from "../files";
import type { EditorSurface } from "./adapter";

/** Brings a file in at the caret, as if it were typed: it merges, is its author's, and can be undone. */
export class FileInsertion {
  private readonly button = byId("insert-file");

  constructor(documentId: string, surface: EditorSurface, showError: (text: string) => void) {
    pickFile(this.button, byId<HTMLInputElement>("file-input"), async (file) => {
      byId("file-menu").hidePopover();
      try {
        const { contents } = await api.contentsOf(file, documentId);
        surface.insert(new Delta(contents));
      } catch (error) {
        showError(error instanceof Error ? error.message : String(error));
      }
    });
  }

  setVisible(visible: boolean): void {
    this.button.hidden = !visible;
  }
}

/** Lets the person make a document of their own that holds what this one does, and leads there. */
export function offerCopy(documentId: string, showError: (text: string) => void): void {
  byId("make-copy").addEventListener("click", async () => {
    byId("file-menu").hidePopover();
    try {
      const { id } = await requests.copy(documentId);
      window.location.assign(`/documents/${id}/`);
    } catch (error) {
      showError(error instanceof Error ? error.message : String(error));
    }
  });
}
