import { paintAvatar } from "../avatars";
import { fromTemplate, part } from "../dom";
import { gettext, interpolate, ngettext } from "../gettext";
import { exactTime, relativeTime } from "../time";
import type { NamedVersion, Stretch } from "./requests";

/** What the server made a change for, as people call it. */
export function originText(origin: string): string {
  const texts: Record<string, string> = {
    restore: gettext("restored a version"),
    undo: gettext("undid a past change"),
    import: gettext("inserted a file"),
  };
  return texts[origin] ?? gettext("changed by the server");
}

/** One row of the history: what someone did between two pauses, and the names of versions in it. */
export function stretchRow(stretch: Stretch, named: readonly NamedVersion[]): HTMLElement {
  const row = fromTemplate("stretch-template");
  const { user, claimed_name, first_version, last_version } = stretch;
  const count = last_version - first_version + 1;
  paintAvatar(part(row, "avatar"), user ?? { name: "?", color: "" });
  part(row, "name").textContent =
    user?.name ??
    (claimed_name ? interpolate(gettext("%(name)s (as imported)"), { name: claimed_name }) : gettext("Someone"));
  part(row, "what").textContent = stretch.origin
    ? originText(stretch.origin)
    : interpolate(ngettext("%(count)s change", "%(count)s changes", count), { count });
  showTime(row, stretch.ended_at);
  part(row, "gone").hidden = !stretch.gone;
  showNames(
    part(row, "names"),
    named.filter(({ version }) => version >= first_version && version <= last_version),
  );
  part<HTMLButtonElement>(row, "pick").value = String(last_version);
  return row;
}

/** One row for a version that has a name. */
export function namedRow(version: NamedVersion): HTMLElement {
  const row = fromTemplate("stretch-template");
  paintAvatar(part(row, "avatar"), version.user ?? { name: "?", color: "" });
  part(row, "name").textContent = version.name;
  part(row, "what").textContent = interpolate(gettext("named by %(name)s"), {
    name: version.user?.name ?? gettext("someone"),
  });
  showTime(row, version.at);
  part<HTMLButtonElement>(row, "pick").value = String(version.version);
  return row;
}

function showTime(row: HTMLElement, at: string): void {
  const time = part<HTMLTimeElement>(row, "time");
  time.dateTime = at;
  time.textContent = relativeTime(new Date(at));
  time.title = exactTime(new Date(at));
}

function showNames(list: HTMLElement, named: readonly NamedVersion[]): void {
  list.replaceChildren(
    ...named.map(({ version, name }) => {
      const badge = document.createElement("button");
      badge.type = "button";
      badge.className = "badge badge-named";
      badge.value = String(version);
      badge.textContent = name;
      return badge;
    }),
  );
}
