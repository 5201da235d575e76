import type { Person } from "./api";
import { paintAvatar } from "./avatars";
import { gettext, interpolate } from "./gettext";

/**
 * Fills a list with one mark per person, the rest as a number. Several sessions of one person are one mark.
 * `untold`: how many there are besides, whoever they may be.
 */
export function showPeople(
  list: HTMLElement,
  people: readonly Person[],
  options: { most: number; small?: boolean; untold?: number },
): void {
  const different = [...new Map(people.map((person) => [person.id, person])).values()];
  const shown = different.slice(0, options.most).map((person) => mark(person, options));
  const more = different.slice(options.most);
  const { untold = 0 } = options;
  if (more.length + untold > 0) shown.push(rest(more, untold, options.small));
  list.replaceChildren(...shown);
}

function mark(person: Person, { small }: { small?: boolean }): HTMLElement {
  const avatar = blank(small);
  paintAvatar(avatar, person);
  const { name, on_behalf_of: keeper } = person;
  const title = keeper ? interpolate(gettext("%(name)s, on behalf of %(keeper)s"), { name, keeper }) : name;
  avatar.title = title;
  avatar.setAttribute("role", "img");
  avatar.setAttribute("aria-label", title);
  avatar.classList.toggle("avatar-agent", Boolean(keeper));
  return item(avatar);
}

function rest(people: readonly Person[], untold: number, small?: boolean): HTMLElement {
  const avatar = blank(small);
  avatar.textContent = `+${people.length + untold}`;
  avatar.title = [...people.map(({ name }) => name), ...(untold > 0 ? ["…"] : [])].join(", ");
  return item(avatar);
}

function blank(small?: boolean): HTMLElement {
  const avatar = document.createElement("span");
  avatar.className = small ? "avatar avatar-small" : "avatar";
  return avatar;
}

function item(avatar: HTMLElement): HTMLElement {
  const result = document.createElement("li");
  result.append(avatar);
  return result;
}
