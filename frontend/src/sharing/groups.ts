import { api, type Group, type GroupWithAccess, type Role } from "../api";
import { fromTemplate, part } from "../dom";
import { gettext, interpolate } from "../gettext";
import { nameOf } from "../roles";

/** Groups with access to the document, and the ones that one may let in. */
export class GroupsSection {
  private readonly section: HTMLElement;
  private readonly form: HTMLFormElement;
  private mine: Group[] = [];

  constructor(
    dialog: HTMLElement,
    private readonly documentId: string,
    private readonly act: (action: () => Promise<unknown>) => Promise<boolean>,
  ) {
    this.section = part(dialog, "groups");
    this.form = part<HTMLFormElement>(this.section, "add-group");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.add();
    });
  }

  /** Reads and shows the groups; nothing, where there are none and none may be let in. */
  async show(mayShare: boolean): Promise<void> {
    const [groups, mine] = await Promise.all([api.groupsOf(this.documentId), mayShare ? api.groups() : []]);
    this.mine = mine.filter(({ id }) => groups.every((group) => group.id !== id));
    this.form.hidden = this.mine.length === 0;
    this.section.hidden = groups.length === 0 && this.form.hidden;
    part(this.section, "names").replaceChildren(...this.mine.map(({ name }) => new Option(name, name)));
    part(this.section, "list").replaceChildren(...groups.map((group) => this.row(group, mayShare)));
  }

  private async add(): Promise<void> {
    const data = new FormData(this.form);
    const name = String(data.get("name")).trim();
    const done = await this.act(() => {
      const group = this.mine.find((one) => one.name.toLocaleLowerCase() === name.toLocaleLowerCase());
      if (!group) throw new Error(gettext("You are in no group of this name that could be let in."));
      return api.putGroup(this.documentId, group.id, data.get("role") as Role);
    });
    if (done) this.form.reset();
  }

  private row(group: GroupWithAccess, mayShare: boolean): HTMLElement {
    const { id, name, role } = group;
    const row = fromTemplate("group-template");
    part(row, "name").textContent = name;
    const [badge, select] = [part(row, "badge"), part<HTMLSelectElement>(row, "role")];
    const remove = part<HTMLButtonElement>(row, "remove");
    badge.textContent = nameOf(role);
    badge.hidden = mayShare;
    select.hidden = remove.hidden = !mayShare;
    select.value = role;
    select.addEventListener("change", () => {
      void this.act(() => api.putGroup(this.documentId, id, select.value as Role));
    });
    const label = interpolate(gettext("Remove %(name)s"), { name });
    remove.title = label;
    remove.setAttribute("aria-label", label);
    remove.addEventListener("click", () => void this.act(() => api.removeGroup(this.documentId, id)));
    return row;
  }
}
