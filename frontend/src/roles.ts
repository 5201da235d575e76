import type { Role } from "./api";
import { gettext } from "./gettext";

/** What a role is called where people read it. */
export function nameOf(role: Role): string {
  return {
    owner: gettext("Owner"),
    admin: gettext("Can manage"),
    editor: gettext("Can edit"),
    suggester: gettext("Can suggest"),
    commenter: gettext("Can comment"),
    viewer: gettext("Can read"),
  }[role];
}
