import { api, type LinkTerms, type ShareLink } from "../api";
import { fromTemplate, part } from "../dom";
import { gettext, interpolate, ngettext } from "../gettext";
import { nameOf } from "../roles";
import { type Act, describe } from "./act";

const DAY = 86_400_000;
const COPIED_IS_SHOWN = 2000;

/** The links into the document: made, copied, changed and revoked by those who may share. */
export class LinksSection {
  private readonly section: HTMLElement;
  private readonly form: HTMLFormElement;
  private readonly opener: HTMLButtonElement;
  private edited: ShareLink | null = null;

  constructor(
    dialog: HTMLElement,
    private readonly documentId: string,
    private readonly act: Act,
  ) {
    this.section = part(dialog, "links");
    this.form = part<HTMLFormElement>(this.section, "terms");
    this.opener = part<HTMLButtonElement>(this.section, "new");
    this.opener.addEventListener("click", () => (this.form.hidden ? this.openForm(null) : this.closeForm()));
    part(this.form, "cancel").addEventListener("click", () => this.closeForm());
    const unprotect = this.field("unprotect") as HTMLInputElement;
    unprotect.addEventListener("change", () => {
      this.field("password").disabled = unprotect.checked;
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.agree();
    });
  }

  /** Reads and shows the links; hides the section from those who may not share. */
  async show(mayShare: boolean): Promise<void> {
    this.section.hidden = !mayShare;
    if (!mayShare) return;
    const links = await api.links(this.documentId);
    part(this.section, "list").replaceChildren(...links.map((link) => this.row(link)));
    part(this.section, "none").hidden = links.length > 0;
  }

  private row(link: ShareLink): HTMLElement {
    const row = fromTemplate("share-link-template");
    const name = link.label || gettext("Anyone with the link");
    row.classList.toggle("is-over", !link.lets_in);
    part(row, "name").textContent = name;
    part(row, "terms").textContent = termsOf(link);
    part(row, "people").textContent = peopleOf(link);
    const copy = part<HTMLButtonElement>(row, "copy");
    copy.disabled = !link.lets_in;
    copy.addEventListener("click", () => void this.copy(row, link.url));
    const settings = part<HTMLButtonElement>(row, "settings");
    describe(settings, interpolate(gettext("Settings of the link: %(name)s"), { name }));
    settings.addEventListener("click", () => this.openForm(link));
    const revoke = part<HTMLButtonElement>(row, "revoke");
    describe(revoke, interpolate(gettext("Revoke the link: %(name)s"), { name }));
    revoke.addEventListener("click", () => void this.revoke(link, name));
    return row;
  }

  private async copy(row: HTMLElement, url: string): Promise<void> {
    const button = part(row, "copy");
    try {
      await navigator.clipboard.writeText(url);
    } catch {
      showToCopy(part(row, "terms"), url);
      return;
    }
    button.textContent = gettext("Copied");
    window.setTimeout(() => {
      button.textContent = gettext("Copy");
    }, COPIED_IS_SHOWN);
  }

  private async revoke(link: ShareLink, name: string): Promise<void> {
    const question = gettext("Revoke the link “%(name)s”? Whoever came by it is out, and it cannot be had back.");
    if (!window.confirm(interpolate(question, { name }))) return;
    await this.act(() => api.revokeLink(this.documentId, link.id));
  }

  private openForm(link: ShareLink | null): void {
    this.edited = link;
    this.form.reset();
    part(this.form, "keep").hidden = link === null;
    part(this.form, "unprotect").hidden = !link?.has_password;
    this.field("password").disabled = false;
    if (link) {
      this.field("role").value = link.role;
      this.field("days").value = "keep";
      this.field("label").value = link.label;
      this.field("most_people").value = String(link.most_people ?? "");
      (this.field("guests") as HTMLInputElement).checked = link.guests;
    }
    (this.field("password") as HTMLInputElement).placeholder = link?.has_password
      ? gettext("As before")
      : gettext("None");
    part(this.form, "agree").textContent = link ? gettext("Save") : gettext("Make the link");
    this.setOpen(true);
    this.field("role").focus();
  }

  private closeForm(): void {
    this.setOpen(false);
    this.opener.focus();
  }

  private setOpen(open: boolean): void {
    this.form.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
  }

  private async agree(): Promise<void> {
    const { edited } = this;
    const terms = this.terms();
    const agreed = await this.act(() =>
      edited ? api.changeLink(this.documentId, edited.id, terms) : api.makeLink(this.documentId, terms),
    );
    if (agreed) this.closeForm();
  }

  private terms(): LinkTerms {
    const data = new FormData(this.form);
    const [days, password, most] = ["days", "password", "most_people"].map((name) => String(data.get(name) ?? ""));
    return {
      role: data.get("role") as ShareLink["role"],
      label: String(data.get("label")).trim(),
      guests: data.has("guests"),
      most_people: most ? Number(most) : null,
      ...(password || !this.edited || data.has("unprotect") ? { password } : {}),
      ...(days === "keep" ? {} : { expires_at: days ? new Date(Date.now() + Number(days) * DAY).toISOString() : null }),
    };
  }

  private field(name: string): HTMLInputElement | HTMLSelectElement {
    return this.form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement;
  }
}

/** What a link allows, in one line. */
export function termsOf(link: ShareLink): string {
  const terms = [nameOf(link.role)];
  if (link.guests) terms.push(gettext("guests too"));
  if (link.has_password) terms.push(gettext("with a password"));
  if (link.expires_at) terms.push(untilText(new Date(link.expires_at)));
  return terms.join(" · ");
}

function untilText(at: Date): string {
  if (at.getTime() <= Date.now()) return gettext("expired");
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  return interpolate(gettext("until %(when)s"), { when: format.format(at) });
}

/** Whom it has let in, in one line. */
export function peopleOf({ people, most_people, members }: ShareLink): string {
  if (people === 0 && most_people === null) return "";
  const count =
    most_people === null
      ? interpolate(ngettext("%(count)s person came", "%(count)s people came", people), { count: people })
      : interpolate(gettext("%(count)s of %(most)s people came"), { count: people, most: most_people });
  const names = members.map(({ name }) => name).join(", ");
  return names ? `${count}: ${names}` : count;
}

/** Where the browser lets no page write to the clipboard, people can. */
function showToCopy(element: HTMLElement, url: string): void {
  element.textContent = url;
  window.getSelection()?.selectAllChildren(element);
}
