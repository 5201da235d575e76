import type { Delta, Kept } from "@deltapad/client";
import { byId, fromTemplate, part } from "../dom";
import { gettext, interpolate } from "../gettext";
import { clauseOf } from "../refusals";
import { type KeptText, keptTexts, plainText } from "./kept";

export interface KeptActions {
  /** Puts the contents at the caret, as a new change. */
  insert(contents: Delta): void;
  /** The author has dealt with these. */
  discard(changes: readonly Kept[]): void;
}

/** The strip above the text: the state of the document, and changes that did not come in. */
export class Notices {
  private readonly root = byId("notices");
  private kept: HTMLElement[] = [];
  private state: HTMLElement | null = null;
  private insertable = false;

  /** One sentence on the document as a whole, or none; `release` opens it again, for those who may. */
  showState(text: string | null, release: (() => void) | null): void {
    this.state?.remove();
    this.state = text === null ? null : this.notice(text, "notice-warning");
    if (!this.state) return;
    const button = part(this.state, "release");
    button.hidden = release === null;
    button.addEventListener("click", () => release?.());
    this.root.prepend(this.state);
  }

  showError(text: string): void {
    const notice = this.notice(text, "notice-error");
    notice.setAttribute("role", "alert");
    this.root.append(notice);
    window.setTimeout(() => notice.remove(), 8000);
  }

  /** Changes that are not in the document: their text stays here until their author has dealt with it. */
  showKept(changes: readonly Kept[], actions: KeptActions): void {
    for (const element of this.kept) element.remove();
    this.kept = keptTexts(changes).map((text) => this.keptNotice(text, actions));
    this.root.append(...this.kept);
  }

  setInsertable(insertable: boolean): void {
    this.insertable = insertable;
    for (const button of this.root.querySelectorAll<HTMLButtonElement>('[data-part="insert"]')) {
      button.disabled = !insertable;
    }
  }

  private keptNotice({ code, changes, contents }: KeptText, actions: KeptActions): HTMLElement {
    const element = fromTemplate("kept-template");
    const text = plainText(contents);
    const why = text
      ? gettext("This text is not in the document, because %(reason)s.")
      : gettext("A change of yours is not in the document, because %(reason)s.");
    part(element, "reason").textContent = interpolate(why, { reason: clauseOf(code) });
    part(element, "text").textContent = text;
    for (const name of ["text", "copy", "insert"]) part(element, name).hidden = text === "";
    part(element, "copy").addEventListener("click", (event) => void copy(text, event.currentTarget as HTMLElement));
    part<HTMLButtonElement>(element, "insert").disabled = !this.insertable;
    part(element, "insert").addEventListener("click", () => {
      actions.insert(contents);
      actions.discard(changes);
    });
    part(element, "dismiss").addEventListener("click", () => actions.discard(changes));
    return element;
  }

  private notice(text: string, kind: string): HTMLElement {
    const element = fromTemplate("notice-template");
    element.classList.add(kind);
    part(element, "text").textContent = text;
    return element;
  }
}

async function copy(text: string, button: HTMLElement): Promise<void> {
  await navigator.clipboard.writeText(text);
  button.textContent = gettext("Copied");
}
