import type { Delta, DocumentClient } from "@deltapad/client";
import type { EditorSurface, Selection } from "./adapter";
import { moved } from "./selection";
import { UndoStack } from "./undo";

/** Joins the editor on the screen with the document on the server, and keeps the user's own undo between them. */
export class EditingSession {
  readonly undoStack = new UndoStack();
  private caret: Selection | null = null;

  constructor(
    private readonly client: DocumentClient,
    private readonly surface: EditorSurface,
    private readonly undoChanged: () => void,
    private readonly redrawn: () => void,
  ) {
    client.on("reset", ({ contents }) => this.reset(contents));
    client.on("change", ({ delta }) => this.remote(delta));
    client.on("verified", () => this.compare());
    client.on("presence", (participants) => {
      surface.setCursors(
        participants.flatMap(({ sessionId, user, selection }) =>
          selection ? [{ id: sessionId, name: user.name, color: user.color, selection }] : [],
        ),
      );
    });
  }

  /** The user changed the text on the screen. */
  changed(delta: Delta): void {
    this.undoStack.record(delta, this.client.contents, this.caret);
    this.moveCaret(delta);
    this.client.submit(delta);
    this.undoChanged();
  }

  selected(selection: Selection | null): void {
    this.caret = selection ?? this.caret;
    this.client.select(selection);
  }

  undo(): void {
    this.take(this.undoStack.undo(this.client.contents, this.caret));
  }

  redo(): void {
    this.take(this.undoStack.redo(this.client.contents, this.caret));
  }

  private take(step: { delta: Delta; selection: Selection | null } | null): void {
    if (!step) return;
    this.surface.apply(step.delta);
    this.moveCaret(step.delta);
    this.client.submit(step.delta);
    this.surface.select(step.selection ?? { index: endOf(step.delta), length: 0 });
    this.undoChanged();
  }

  private reset(contents: Delta): void {
    this.surface.setContents(contents);
    this.undoStack.clear();
    this.undoChanged();
  }

  /** The client holds the document; an editor that shows another text is shown that anew. */
  private compare(): void {
    if (this.surface.shows(this.client.contents)) return;
    this.reset(this.client.contents);
    this.redrawn();
  }

  private remote(delta: Delta): void {
    this.surface.apply(delta);
    this.moveCaret(delta);
    this.undoStack.remote(delta);
    this.undoChanged();
  }

  /** Editors move the caret along with the text and do not always say so. */
  private moveCaret(delta: Delta): void {
    this.caret = this.caret && moved(this.caret, delta);
  }
}

/** Where the change ends, in the text as it is afterwards. */
function endOf(delta: Delta): number {
  return delta.reduce((length, op) => (op.delete ? length : length + lengthOf(op)), 0);
}

const lengthOf = ({ insert, retain }: { insert?: unknown; retain?: unknown }) =>
  typeof insert === "string" ? insert.length : typeof retain === "number" ? retain : 1;
