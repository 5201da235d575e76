import type { Person } from "./api";
import { paintAvatar } from "./avatars";
import { gettext, interpolate } from "./gettext";

/** Fills a list with one mark per person, the rest as a number. Several sessions of one person are one mark. */
export function showPeople(
  list: HTMLElement,
  people: readonly Person[],
  options: { most: number; small?: boolean; self?: string },
): void {
  const different = [...new Map(people.map((person) => [person.id, person])).values()];
  const shown = different.slice(0, options.most).map((person) => mark(person, options));
  const more = different.slice(options.most);
  if (more.length > 0) shown.push(rest(more, options.small));
  list.replaceChildren(...shown);
}

function mark(person: Person, { small, self }: { small?: boolean; self?: string }): HTMLElement {
  const avatar = blank(small);
  const label = person.id === self ? interpolate(gettext("%(name)s (you)"), { name: person.name }) : person.name;
  paintAvatar(avatar, person);
  avatar.title = label;
  avatar.setAttribute("role", "img");
  avatar.setAttribute("aria-label", label);
  return item(avatar);
}

function rest(people: readonly Person[], small?: boolean): HTMLElement {
  const avatar = blank(small);
  avatar.textContent = `+${people.length}`;
  avatar.title = people.map(({ name }) => name).join(", ");
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
