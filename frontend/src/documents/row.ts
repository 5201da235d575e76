import type { DocumentRow, Passage } from "../api";
import { showPeople } from "../avatar_row";
import { fromTemplate, part } from "../dom";
import { gettext, interpolate } from "../gettext";
import { nameOf } from "../roles";
import { relativeTime } from "../time";
import { passageNodes } from "./passage";

export interface RowActions {
  rename(row: DocumentRow, title: string): Promise<void>;
  star(row: DocumentRow): Promise<void>;
  trash(row: DocumentRow): Promise<void>;
}

/** One document in the list; `show` brings it up to date without disturbing a title that is being typed. */
export class Row {
  readonly element = fromTemplate("row-template");
  private document: DocumentRow;
  private readonly link = part<HTMLAnchorElement>(this.element, "link");
  private readonly form = part<HTMLFormElement>(this.element, "rename-form");
  private readonly input = part<HTMLInputElement>(this.element, "rename-input");

  constructor(
    document: DocumentRow,
    private readonly actions: RowActions,
  ) {
    this.document = document;
    part(this.element, "rename").addEventListener("click", () => this.edit());
    part(this.element, "star").addEventListener("click", () => void this.actions.star(this.document));
    part(this.element, "trash").addEventListener("click", () => void this.actions.trash(this.document));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save();
    });
    this.input.addEventListener("blur", () => void this.save());
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.stop();
    });
  }

  show(document: DocumentRow, passage: Passage | null): void {
    this.document = document;
    this.link.href = `/documents/${document.id}/`;
    this.link.textContent = document.title;
    this.showMeta(document);
    const found = part(this.element, "passage");
    found.replaceChildren(...(passage ? passageNodes(passage) : []));
    found.hidden = !passage;
    const people = document.participants.map(({ user }) => user);
    showPeople(part(this.element, "people"), people, { most: 4, small: true });
    this.showStar(document);
    this.showAction("rename", gettext("Rename “%(title)s”"));
    this.showAction("trash", gettext("Move “%(title)s” to the trash"));
  }

  private showMeta({ updated_at: at, role, owner, state }: DocumentRow): void {
    const changed = new Date(at);
    const when = part(this.element, "when");
    when.textContent = relativeTime(changed);
    when.title = changed.toLocaleString(document.documentElement.lang);
    part(this.element, "owner").textContent = role === "owner" ? "" : owner.name;
    const badge = part(this.element, "role");
    badge.textContent = nameOf(role);
    badge.hidden = role === "owner";
    const frozen = part(this.element, "state");
    frozen.textContent = gettext("Frozen");
    frozen.hidden = state !== "frozen";
  }

  private showStar({ title, starred }: DocumentRow): void {
    const star = part(this.element, "star");
    star.setAttribute("aria-pressed", String(starred));
    star.setAttribute("aria-label", interpolate(gettext("Star “%(title)s”"), { title }));
  }

  private showAction(name: "rename" | "trash", label: string): void {
    const button = part(this.element, name);
    button.hidden = !this.document.capabilities.includes(name);
    button.setAttribute("aria-label", interpolate(label, { title: this.document.title }));
    button.title = name === "rename" ? gettext("Rename") : gettext("Move to the trash");
  }

  private edit(): void {
    this.input.value = this.document.title;
    this.form.hidden = false;
    this.link.hidden = true;
    this.input.select();
    this.input.focus();
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
