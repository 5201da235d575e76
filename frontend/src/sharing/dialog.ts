import { api, type Member, type Role } from "../api";
import { paintAvatar } from "../avatars";
import { byId, fromTemplate, part } from "../dom";
import { gettext, interpolate } from "../gettext";
import { nameOf } from "../roles";
import { describe } from "./act";
import { GroupsSection } from "./groups";
import { invitationRow } from "./invitations";
import { LinksSection } from "./links";
import { PublicationSection } from "./publication";
import { RequestsSection } from "./requests";

/** Who may open the document: everyone may look, who may share may change it. */
export class SharingDialog {
  private readonly dialog = byId<HTMLDialogElement>("sharing");
  private readonly invite = part<HTMLFormElement>(this.dialog, "invite");
  private readonly error = part(this.dialog, "error");
  private readonly groups: GroupsSection;
  private readonly links: LinksSection;
  private readonly requests: RequestsSection;
  private readonly publication: PublicationSection;
  private mayShare = false;
  private mayTransfer = false;

  constructor(
    private readonly documentId: string,
    private readonly me: string,
  ) {
    this.groups = new GroupsSection(this.dialog, documentId, this.change);
    this.links = new LinksSection(this.dialog, documentId, this.change);
    this.requests = new RequestsSection(this.dialog, documentId, this.change);
    this.publication = new PublicationSection(this.dialog, documentId, this.change);
    part(this.dialog, "close").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    this.invite.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.change(() => this.add());
    });
  }

  setRights(capabilities: ReadonlySet<string>): void {
    const mayShare = capabilities.has("share");
    this.mayShare = mayShare;
    this.mayTransfer = capabilities.has("transfer");
    this.invite.hidden = !mayShare;
    const name = mayShare ? gettext("Share") : gettext("People");
    for (const element of [byId("sharing-heading"), byId("share-name")]) element.textContent = name;
  }

  async open(): Promise<void> {
    this.dialog.showModal();
    await this.change(async () => undefined);
  }

  private async add(): Promise<void> {
    const data = new FormData(this.invite);
    await api.invite(this.documentId, String(data.get("email")).trim(), data.get("role") as Role);
    this.invite.reset();
  }

  /** Does it, says why not if it cannot be done, and shows how things stand. Says if it was done. */
  private readonly change = async (action: () => Promise<unknown>): Promise<boolean> => {
    const done = await this.tried(action);
    if (done) this.error.textContent = "";
    await this.tried(() => this.show());
    return done;
  };

  private async show(): Promise<void> {
    // What was just done may have taken one's own rights, before the socket says so: what that tells meanwhile is older.
    const rights = new Set((await api.look(this.documentId)).capabilities);
    const mayShare = rights.has("share");
    const { members } = await api.members(this.documentId);
    const invitations = mayShare ? await api.invitations(this.documentId) : [];
    this.setRights(rights);
    const sections = [this.groups, this.links, this.requests, this.publication];
    await Promise.all(sections.map((section) => section.show(mayShare)));
    // Last, for who finds themselves here may leave at once: nothing more must be asked for then.
    part(this.dialog, "members").replaceChildren(
      ...members.map((member) => this.row(member)),
      ...invitations.map((invitation) => invitationRow(this.documentId, invitation, this.change)),
    );
  }

  private async tried(action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      this.error.textContent = error instanceof Error ? error.message : String(error);
      return false;
    }
  }

  private row(member: Member): HTMLElement {
    const { user, role, email } = member;
    const row = fromTemplate("member-template");
    paintAvatar(part(row, "avatar"), user);
    part(row, "name").textContent = user.name;
    part(row, "email").textContent = email && email !== user.name ? email : "";
    const changeable = this.mayShare && role !== "owner";
    const badge = part(row, "badge");
    badge.hidden = changeable;
    badge.textContent = nameOf(role);
    if (changeable) this.makeChangeable(row, member);
    if (user.id === this.me && role !== "owner") this.offerToLeave(row);
    return row;
  }

  private offerToLeave(row: HTMLElement): void {
    const leave = part<HTMLButtonElement>(row, "leave");
    leave.hidden = false;
    part(row, "remove").hidden = true;
    leave.addEventListener("click", async () => {
      if (!window.confirm(gettext("Leave this document? Somebody has to share it with you to get you back in.")))
        return;
      const left = await this.tried(() => api.removeMember(this.documentId, this.me));
      if (left) window.location.assign("/");
    });
  }

  private makeChangeable(row: HTMLElement, { user, role }: Member): void {
    const select = part<HTMLSelectElement>(row, "role");
    select.hidden = false;
    if (this.mayTransfer) select.add(new Option(nameOf("owner"), "owner"), 0);
    select.value = role;
    const handOn = gettext("Hand the document on to %(name)s? It will be theirs, and you stay as one who can edit.");
    select.addEventListener("change", () => {
      if (select.value === "owner" && !window.confirm(interpolate(handOn, { name: user.name }))) {
        select.value = role;
        return;
      }
      void this.change(() => api.setRole(this.documentId, user.id, select.value as Role));
    });
    const remove = part<HTMLButtonElement>(row, "remove");
    const label = interpolate(gettext("Remove %(name)s"), { name: user.name });
    remove.hidden = false;
    describe(remove, label);
    remove.addEventListener("click", () => {
      const question = gettext("Remove %(name)s? The document closes for them at once.");
      if (!window.confirm(interpolate(question, { name: user.name }))) return;
      void this.change(() => api.removeMember(this.documentId, user.id));
    });
  }
}
