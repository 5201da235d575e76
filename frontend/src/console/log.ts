/** The frames of a session on the page: when, which way, how large, and what they say, laid out for a reader. */

import { byId, fromTemplate, part } from "../dom";
import { gettext } from "../gettext";
import { type Filter, shows } from "./filter";
import type { Heard } from "./line";

const MOST_SHOWN = 1000;
const SECRET = /"token":"[^"]*"/u;

export class Log {
  private readonly list = byId("frames");
  private readonly none = byId("frames-none");
  private readonly rows: { row: HTMLElement; frame: Heard }[] = [];
  private filter: Filter = { words: "", direction: "both" };

  add(frame: Heard): void {
    const shown = { ...frame, text: frame.sent ? frame.text.replace(SECRET, '"token":"dp_…"') : frame.text };
    const row = fromTemplate("frame-row");
    fill(row, shown);
    row.hidden = !shows(this.filter, shown);
    const atEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 40;
    this.list.append(row);
    this.rows.push({ row, frame: shown });
    if (this.rows.length > MOST_SHOWN) this.rows.shift()?.row.remove();
    if (atEnd) this.list.scrollTop = this.list.scrollHeight;
    this.tellWhetherAny();
  }

  narrow(filter: Filter): void {
    this.filter = filter;
    for (const { row, frame } of this.rows) row.hidden = !shows(filter, frame);
    this.tellWhetherAny();
  }

  clear(): void {
    for (const { row } of this.rows.splice(0)) row.remove();
    this.tellWhetherAny();
  }

  private tellWhetherAny(): void {
    this.none.hidden = this.rows.some(({ row }) => !row.hidden);
    this.none.textContent =
      this.rows.length > 0 ? gettext("No frame is like that.") : gettext("Frames appear here, in both directions.");
  }
}

function fill(row: HTMLElement, { at, sent, text }: Heard): void {
  row.dataset.way = sent ? "sent" : "heard";
  part(row, "way").textContent = sent ? "↑" : "↓";
  part(row, "way").setAttribute("aria-label", sent ? gettext("sent") : gettext("heard"));
  part(row, "at").textContent = `${at.toTimeString().slice(0, 8)}.${String(at.getMilliseconds()).padStart(3, "0")}`;
  part(row, "size").textContent = size(new TextEncoder().encode(text).length);
  const message = parsed(text);
  part(row, "type").textContent = message?.type ?? "?";
  part(row, "brief").textContent = text;
  row.addEventListener("toggle", () => {
    part(row, "whole").textContent = message ? JSON.stringify(message, null, 2) : text;
  });
}

function parsed(text: string): { type?: string } | undefined {
  try {
    return JSON.parse(text) as { type?: string };
  } catch {
    return undefined;
  }
}

function size(bytes: number): string {
  return bytes < 10_000 ? `${bytes} B` : `${Math.round(bytes / 1024)} KiB`;
}
