import { type AccessRequest, api, type Role } from "../api";
import { paintAvatar } from "../avatars";
import { fromTemplate, part } from "../dom";
import { gettext, interpolate } from "../gettext";
import { type Act, describe } from "./act";

/** People who ask for access, for those who may share to answer. */
export class RequestsSection {
  private readonly section: HTMLElement;

  constructor(
    dialog: HTMLElement,
    private readonly documentId: string,
    private readonly act: Act,
  ) {
    this.section = part(dialog, "requests");
  }

  /** Reads and shows who asks; nothing where nobody does, and to those who may not share. */
  async show(mayShare: boolean): Promise<void> {
    const requests = mayShare ? await api.accessRequests(this.documentId) : [];
    this.section.hidden = requests.length === 0;
    part(this.section, "list").replaceChildren(...requests.map((request) => this.row(request)));
  }

  private row({ user, email }: AccessRequest): HTMLElement {
    const row = fromTemplate("request-template");
    paintAvatar(part(row, "avatar"), user);
    part(row, "name").textContent = user.name;
    part(row, "email").textContent = email;
    const role = part<HTMLSelectElement>(row, "role");
    part(row, "accept").addEventListener("click", () => {
      void this.act(() => api.acceptRequest(this.documentId, user.id, role.value as Role));
    });
    const decline = part(row, "decline");
    describe(decline, interpolate(gettext("Decline %(name)s"), { name: user.name }));
    decline.addEventListener("click", () => void this.act(() => api.declineRequest(this.documentId, user.id)));
    return row;
  }
}
