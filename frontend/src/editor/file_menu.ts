import { Delta } from "@deltapad/client";
import { api } from "../api";
import { byId } from "../dom";
import { pickFile } from "../files";
import type { EditorSurface } from "./adapter";

/** Brings a file in at the caret, as if it were typed: it merges, is its author's, and can be undone. */
export class FileInsertion {
  private readonly button = byId("insert-file");

  constructor(surface: EditorSurface, showError: (text: string) => void) {
    pickFile(this.button, byId<HTMLInputElement>("file-input"), async (file) => {
      byId("file-menu").hidePopover();
      try {
        const { contents } = await api.contentsOf(file);
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
