import { byId, part } from "../dom";
import { gettext } from "../gettext";
import type { Folder } from "./requests";

const dialog = () => byId<HTMLDialogElement>("ask");

/** Asks for a name; null where the person thought better of it. */
export async function askName(heading: string, confirm: string, name = ""): Promise<string | null> {
  const input = part<HTMLInputElement>(dialog(), "name");
  input.value = name;
  const answer = await ask({ heading, confirm, asksName: true });
  return answer ? input.value.trim() || null : null;
}

/** Asks whether to do it. */
export async function askWhether(heading: string, text: string, confirm: string): Promise<boolean> {
  return ask({ heading, text, confirm });
}

/** Asks for one of the folders, or for none (id null), or for a new one (by its name); null as `askName`. */
export async function askFolder(
  heading: string,
  folders: readonly Folder[],
  current: string | null,
): Promise<{ id: string | null } | { name: string } | null> {
  const select = part<HTMLSelectElement>(dialog(), "folder");
  const input = part<HTMLInputElement>(dialog(), "name");
  const options = folders.map(({ id, name }) => new Option(name, id, false, id === current));
  const NEW = "new";
  select.replaceChildren(new Option(gettext("No folder"), ""), ...options, new Option(gettext("New folder…"), NEW));
  if (folders.length === 0) select.value = NEW;
  input.value = "";
  const show = () => showName(select.value === NEW);
  select.onchange = show;
  const answered = ask({ heading, confirm: gettext("Move"), asksFolder: true });
  show();
  if (!(await answered)) return null;
  if (select.value !== NEW) return { id: select.value || null };
  return input.value.trim() ? { name: input.value.trim() } : null;
}

interface Question {
  heading: string;
  confirm: string;
  text?: string;
  asksName?: boolean;
  asksFolder?: boolean;
}

function ask({ heading, confirm, text = "", asksName = false, asksFolder = false }: Question): Promise<boolean> {
  const element = dialog();
  part(element, "heading").textContent = heading;
  part(element, "text").textContent = text;
  part(element, "text").hidden = !text;
  part(element, "confirm").textContent = confirm;
  part(element, "folder-field").hidden = !asksFolder;
  showName(asksName);
  part(element, "cancel").onclick = () => element.close();
  element.returnValue = "";
  element.showModal();
  if (asksName) part<HTMLInputElement>(element, "name").select();
  return new Promise((resolve) => {
    element.addEventListener("close", () => resolve(element.returnValue === "yes"), { once: true });
  });
}

function showName(shown: boolean): void {
  part(dialog(), "name-field").hidden = !shown;
  part<HTMLInputElement>(dialog(), "name").required = shown;
}
