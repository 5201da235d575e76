import { byId } from "../dom";
import { namedRow, stretchRow } from "./list";
import type { NamedVersion, Past, Stretch } from "./requests";

const STRETCHES = 50;

/** The list beside the text: who did what when, the newest first, or the named versions alone. */
export class TimelineList {
  readonly named: NamedVersion[] = [];
  private stretches: Stretch[] = [];
  private nextBefore: number | null = null;
  private readonly list = byId("stretches");
  private readonly more = byId<HTMLButtonElement>("more");
  private readonly namedOnly = byId<HTMLInputElement>("named-only");

  constructor(
    private readonly past: Past,
    pick: (version: number) => void,
    private readonly showError: (error: unknown) => void,
  ) {
    this.list.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      if (button) pick(Number(button.value));
    });
    this.more.addEventListener("click", () => void this.readMore());
    this.namedOnly.addEventListener("change", () => this.show());
    new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting && !this.more.hidden) void this.readMore();
    }).observe(this.more);
  }

  /** Reads the list anew, its newest part. */
  async reload(): Promise<void> {
    this.named.length = 0;
    let before: number | null = null;
    do {
      const page: Awaited<ReturnType<Past["named"]>> = await this.past.named(before);
      this.named.push(...page.versions);
      before = page.next_before;
    } while (before !== null);
    this.stretches = [];
    this.nextBefore = null;
    await this.read();
  }

  /** Reads the newest part anew; what was read below it stays. */
  async follow(): Promise<void> {
    const { stretches, next_before } = await this.past.timeline(null, STRETCHES);
    const lowest = stretches.at(-1)?.first_version ?? 1;
    const older = this.stretches.filter(({ last_version }) => last_version < lowest);
    if (older[0]?.last_version === lowest - 1) {
      stretches.push(...older);
    } else {
      this.nextBefore = next_before;
    }
    this.stretches = stretches;
    this.show();
  }

  /** The stretch that made a version, where it was read already. */
  known(version: number): Stretch | null {
    return (
      this.stretches.find(({ first_version, last_version }) => version >= first_version && version <= last_version) ??
      null
    );
  }

  /** The stretch that made a version; of one that was not read yet, only as much as lies up to there. */
  async stretchOf(version: number): Promise<Stretch | null> {
    const known = this.known(version);
    if (known || version === 0) return known;
    return (await this.past.timeline(version + 1, 1)).stretches[0] ?? null;
  }

  /** Marks the row of a version. */
  mark(version: number): void {
    for (const row of this.list.children) {
      const { first = "0", last = "0" } = (row as HTMLElement).dataset;
      const isHere = version >= Number(first) && version <= Number(last);
      row.toggleAttribute("data-current", isHere);
      if (isHere) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }

  private async readMore(): Promise<void> {
    this.more.hidden = true;
    await this.read().catch(this.showError);
  }

  private async read(): Promise<void> {
    const { stretches, next_before } = await this.past.timeline(this.nextBefore, STRETCHES);
    this.stretches.push(...stretches);
    this.nextBefore = next_before;
    this.show();
  }

  private show(): void {
    const only = this.namedOnly.checked;
    const rows = only
      ? this.named.map((version) => ranged(namedRow(version), version.version, version.version))
      : this.stretches.map((stretch) =>
          ranged(stretchRow(stretch, this.named), stretch.first_version, stretch.last_version),
        );
    this.list.replaceChildren(...rows);
    this.more.hidden = only || this.nextBefore === null;
    byId("no-names").hidden = !only || this.named.length > 0;
    byId("nothing-yet").hidden = only || this.stretches.length > 0;
  }
}

function ranged(row: HTMLElement, first: number, last: number): HTMLElement {
  row.dataset.first = String(first);
  row.dataset.last = String(last);
  return row;
}
