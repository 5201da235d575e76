import { api, type Publication } from "../api";
import { part } from "../dom";
import { gettext } from "../gettext";
import type { Act } from "./act";

/** The page on which anyone may read the document: made, changed and taken back by those who may share. */
export class PublicationSection {
  private readonly section: HTMLElement;
  private readonly form: HTMLFormElement;

  constructor(
    dialog: HTMLElement,
    private readonly documentId: string,
    private readonly act: Act,
  ) {
    this.section = part(dialog, "publication");
    this.form = part<HTMLFormElement>(this.section, "published");
    part(this.section, "publish").addEventListener("click", () => void this.act(() => api.publish(documentId, {})));
    part(this.form, "unpublish").addEventListener("click", () => void this.act(() => api.unpublish(documentId)));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.act(() => api.publish(documentId, this.terms()));
    });
    for (const button of this.form.querySelectorAll<HTMLButtonElement>("[data-copies]")) {
      button.addEventListener("click", () => void copy(part<HTMLInputElement>(this.form, button.dataset.copies ?? "")));
    }
  }

  /** Reads and shows how the document is published; hides the section from those who may not share. */
  async show(mayShare: boolean): Promise<void> {
    this.section.hidden = !mayShare;
    if (!mayShare) return;
    const publication = await api.publication(this.documentId);
    part(this.section, "publish").hidden = publication !== null;
    part(this.section, "unpublished").hidden = publication !== null;
    this.form.hidden = publication === null;
    if (publication) this.fill(publication);
  }

  private fill({ url, slug, indexed, embedders, embed_url }: Publication): void {
    part<HTMLInputElement>(this.form, "url").value = url;
    part<HTMLInputElement>(this.form, "snippet").value = snippetOf(embed_url);
    part(this.form, "embedding").hidden = embedders.length === 0;
    this.field("slug").value = slug;
    this.field("indexed").checked = indexed;
    this.field("embedders").value = embedders.join(" ");
  }

  private terms(): Partial<Publication> {
    return {
      slug: this.field("slug").value,
      indexed: this.field("indexed").checked,
      embedders: this.field("embedders")
        .value.split(/[\s,]+/u)
        .filter(Boolean),
    };
  }

  private field(name: string): HTMLInputElement {
    return this.form.elements.namedItem(name) as HTMLInputElement;
  }
}

/** What another site puts into its page to show the document. */
export function snippetOf(url: string): string {
  const frame = document.createElement("iframe");
  frame.src = url;
  frame.width = "100%";
  frame.height = "600";
  frame.title = gettext("Document");
  frame.setAttribute("loading", "lazy");
  return frame.outerHTML;
}

/** Where the browser lets no page write to the clipboard, what is selected can be copied. */
async function copy(field: HTMLInputElement): Promise<void> {
  field.select();
  await navigator.clipboard.writeText(field.value).catch(() => undefined);
}
