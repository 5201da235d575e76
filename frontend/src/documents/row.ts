import type { Passage } from "../api";
import { showPeople } from "../avatar_row";
import { fromTemplate, part } from "../dom";
import { gettext, interpolate } from "../gettext";
import { nameOf } from "../roles";
import { relativeTime } from "../time";
import { passageNodes } from "./passage";
import type { ListedDocument } from "./requests";
import { DRAGGED } from "./shelves";

export interface RowActions {
  rename(row: ListedDocument, title: string): Promise<void>;
  star(row: ListedDocument): Promise<void>;
  restore(row: ListedDocument): Promise<void>;
  more(row: Row, button: HTMLElement): void;
}

/** One document in the list; `show` brings it up to date without disturbing a title that is being typed. */
export class Row {
  readonly element = fromTemplate("row-template");
  document: ListedDocument;
  private readonly link = part<HTMLAnchorElement>(this.element, "link");
  private readonly form = part<HTMLFormElement>(this.element, "rename-form");
  private readonly input = part<HTMLInputElement>(this.element, "rename-input");

  constructor(
    document: ListedDocument,
    private readonly actions: RowActions,
  ) {
    this.document = document;
    const more = part(this.element, "more");
    more.addEventListener("click", () => this.actions.more(this, more));
    part(this.element, "star").addEventListener("click", () => void this.actions.star(this.document));
    part(this.element, "restore").addEventListener("click", () => void this.actions.restore(this.document));
    this.element.addEventListener("dragstart", (event) => {
      event.dataTransfer?.setData(DRAGGED, this.document.id);
      if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save();
    });
    this.input.addEventListener("blur", () => void this.save());
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.stop();
    });
  }

  /** `folder` is the name of the one that it is in, where that is to be shown. */
  show(document: ListedDocument, passage: Passage | null, folder: string): void {
    this.document = document;
    const isTrashed = document.state === "trashed";
    this.link.href = `/documents/${document.id}/`;
    this.link.textContent = document.title;
    this.showMeta(document);
    part(this.element, "folder").textContent = folder;
    const found = part(this.element, "passage");
    found.replaceChildren(...(passage ? passageNodes(passage) : []));
    found.hidden = !passage;
    const people = document.participants.map(({ user }) => user);
    const untold = document.participant_count - people.length;
    showPeople(part(this.element, "people"), people, { most: 4, small: true, untold });
    this.label("star", gettext("Star “%(title)s”"), !isTrashed);
    this.label("more", gettext("More for “%(title)s”"), !isTrashed);
    this.label("restore", gettext("Restore “%(title)s”"), isTrashed);
    part(this.element, "star").setAttribute("aria-pressed", String(document.starred));
    this.element.draggable = !isTrashed;
  }

  /** Has the title typed anew, in its place. */
  edit(): void {
    this.input.value = this.document.title;
    this.form.hidden = false;
    this.link.hidden = true;
    this.input.select();
    this.input.focus();
  }

  private showMeta({ updated_at, opened_at, role, owner, state, is_template }: ListedDocument): void {
    const changed = new Date(updated_at);
    const when = part(this.element, "when");
    when.textContent = interpolate(gettext("Changed %(when)s"), { when: relativeTime(changed) });
    const full = (at: Date) => at.toLocaleString(document.documentElement.lang);
    when.title = full(changed);
    if (opened_at) {
      when.title += `\n${interpolate(gettext("Opened by you: %(when)s"), { when: full(new Date(opened_at)) })}`;
    }
    part(this.element, "owner").textContent = role === "owner" ? "" : owner.name;
    this.badge("role", role === "owner" ? "" : nameOf(role));
    this.badge("state", state === "frozen" ? gettext("Frozen") : "");
    this.badge("template", is_template ? gettext("Template") : "");
  }

  private badge(name: string, text: string): void {
    const badge = part(this.element, name);
    badge.textContent = text;
    badge.hidden = !text;
  }

  private label(name: string, label: string, isShown: boolean): void {
    const button = part(this.element, name);
    button.hidden = !isShown;
    button.setAttribute("aria-label", interpolate(label, { title: this.document.title }));
  }

  private stop(): void {
    this.form.hidden = true;
    this.link.hidden = false;
  }

  private async save(): Promise<void> {
    if (this.form.hidden) return;
    const title = this.input.value.trim();
    this.stop();
    if (title && title !== this.document.title) await this.actions.rename(this.document, title);
  }
}
