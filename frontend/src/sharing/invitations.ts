import { api, type Invitation } from "../api";
import { fromTemplate, part } from "../dom";
import { gettext, interpolate } from "../gettext";
import { nameOf } from "../roles";
import { type Act, describe } from "./act";

/** The row of someone who was invited and has no account yet. */
export function invitationRow(documentId: string, { id, email, role, expires_at }: Invitation, act: Act): HTMLElement {
  const row = fromTemplate("invitation-template");
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium" });
  const until = format.format(new Date(expires_at));
  part(row, "email").textContent = email;
  part(row, "until").textContent = interpolate(gettext("Invited, until %(until)s"), { until });
  part(row, "badge").textContent = nameOf(role);
  const send = part(row, "send");
  send.setAttribute("aria-label", interpolate(gettext("Send again to %(email)s"), { email }));
  send.addEventListener("click", () => void act(() => api.sendInvitation(documentId, id)));
  const withdraw = part(row, "withdraw");
  describe(withdraw, interpolate(gettext("Withdraw the invitation of %(email)s"), { email }));
  withdraw.addEventListener("click", () => void act(() => api.withdrawInvitation(documentId, id)));
  return row;
}
