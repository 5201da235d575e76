import { Delta } from "@deltapad/client";
import { type DocumentRow, type Person, Refusal } from "../api";
import { byId, pageData } from "../dom";
import { Doorbell } from "../doorbell";
import { gettext, interpolate, ngettext } from "../gettext";
import { exactTime } from "../time";
import { Latest } from "./latest";
import { withAuthors, withChanges } from "./marks";
import { NameDialog } from "./name_dialog";
import { Player } from "./play";
import { VersionReader } from "./reader";
import { type Purged, pastOf, type Stretch } from "./requests";
import { TextView } from "./text_view";
import { TimelineList } from "./timeline";

/** How long nobody has moved on before it is told who wrote what and what differs. */
const REST_MILLISECONDS = 200;
/** Milliseconds between two looks at a document that others type in. */
const FOLLOW_PAUSE = 3000;

/** The page that looks back in a document. */
export class HistoryPage {
  private readonly bootstrap = pageData<{ user: Person; document_id: string }>("bootstrap");
  private readonly past = pastOf(this.bootstrap.document_id);
  private readonly reader = new VersionReader(this.past);
  private readonly text = new TextView(byId("past-text"));
  private readonly list = new TimelineList(
    this.past,
    (version) => this.go(version),
    (error) => this.showError(error),
  );
  private readonly slider = byId<HTMLInputElement>("slider");
  private readonly authors = byId<HTMLInputElement>("show-authors");
  private readonly compareWith = byId<HTMLSelectElement>("compare-with");
  private readonly naming = new NameDialog(this.past, () => this.reload());
  private readonly latest = new Latest<number>((version, isLatest) => this.show(version, isLatest));
  private readonly player = new Player(byId("play"), byId("speed"), {
    at: () => this.version,
    end: () => this.head,
    show: (version) => this.latest.want(version),
  });
  private readonly doorbell = new Doorbell(() => this.follow(), { pause: FOLLOW_PAUSE });
  private head = 0;
  private version = 0;
  private stretch: Stretch | null = null;
  private mayEdit = false;
  private mayPurge = false;
  private resting = 0;

  async open(): Promise<void> {
    this.listen();
    try {
      await this.reload();
    } catch (error) {
      this.showError(error);
      return;
    }
    const asked = /^#version=(\d{1,15})$/u.exec(window.location.hash)?.[1];
    this.go(Math.min(this.head, asked === undefined ? this.head : Number(asked)));
    this.doorbell.start();
  }

  /** Shows what was done meanwhile; who looks at the newest version goes on looking at the newest. */
  private async follow(): Promise<void> {
    const row = await this.past.document().catch(() => null);
    if (!row || row.version === this.head) return;
    const isAtHead = this.version === this.head && !this.player.playing;
    this.take(row);
    await this.list.follow().catch(() => undefined);
    if (isAtHead) this.go(this.head);
    else this.showLabel();
  }

  private listen(): void {
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value)));
    this.authors.addEventListener("change", () => this.go(this.version));
    this.compareWith.addEventListener("change", () => this.go(this.version));
    byId("restore").addEventListener("click", () => void this.change(() => this.past.restore(this.version)));
    byId("undo").addEventListener("click", () => {
      const { stretch } = this;
      if (stretch) void this.change(() => this.past.undo(stretch.first_version, stretch.last_version));
    });
    byId("purge").addEventListener("click", () => void this.purge());
    byId("name").addEventListener("click", () => {
      this.naming.open(this.version, this.list.named.find(({ version }) => version === this.version)?.name ?? "");
    });
  }

  private async reload(): Promise<void> {
    this.take(await this.past.document());
    await this.list.reload();
    this.showNames();
    this.showStretch();
  }

  private take({ title, version, capabilities }: DocumentRow & { version: number }): void {
    byId("title").textContent = title;
    document.title = `${title} · Deltapad`;
    this.head = version;
    this.mayEdit = capabilities.includes("edit");
    this.mayPurge = capabilities.includes("purge");
    this.slider.max = String(version);
  }

  private showNames(): void {
    const chosen = this.compareWith.value;
    const options = this.list.named.map(({ version, name }) => new Option(name, String(version)));
    byId("compare-named").replaceChildren(...options);
    this.compareWith.value = chosen;
    if (this.compareWith.selectedIndex < 0) this.compareWith.value = "";
    byId("named-ticks").replaceChildren(...this.list.named.map(({ version }) => new Option("", String(version))));
  }

  /** What a person asks for: it stops what plays. */
  private go(version: number): void {
    this.player.stop();
    // What is pressed now would be meant for the version that is not there yet.
    for (const id of ["restore", "undo", "purge"]) byId(id).toggleAttribute("disabled", true);
    void this.latest.want(version);
  }

  private async show(version: number, isLatest: () => boolean): Promise<void> {
    const isThere = version === this.version;
    this.version = version;
    this.stretch = this.list.known(version);
    this.slider.value = String(version);
    this.showLabel();
    const contents = await this.attempt(() => this.reader.read(version));
    byId("restore").toggleAttribute("disabled", !isLatest() || contents === null || version === this.head);
    if (isLatest()) this.showStretch();
    // What stands there already keeps its marks until there are others.
    if (contents && !(isThere && this.isMarked)) this.text.show(contents);
    window.clearTimeout(this.resting);
    if (isLatest()) this.resting = window.setTimeout(() => void this.rest(version, contents), REST_MILLISECONDS);
  }

  private get isMarked(): boolean {
    return this.authors.checked || this.compareWith.value !== "";
  }

  private async rest(version: number, contents: Delta | null): Promise<void> {
    if (this.player.playing) return;
    window.history.replaceState(null, "", `#version=${version}`);
    const stretch = await this.attempt(() => this.list.stretchOf(version));
    if (version !== this.version) return;
    this.stretch = stretch;
    this.showStretch();
    if (contents === null) return;
    if (this.compareWith.value !== "") await this.showComparison(version);
    else if (this.authors.checked) await this.showAuthors(version, contents);
  }

  private async showComparison(version: number): Promise<void> {
    const chosen = this.compareWith.value;
    const before =
      chosen === "before" ? (this.stretch?.first_version ?? 1) - 1 : chosen === "head" ? this.head : Number(chosen);
    const [older, newer] = before <= version ? [before, version] : [version, before];
    const found = await this.attempt(() => this.past.compare(older, newer));
    if (!found || version !== this.version) return;
    this.text.show(withChanges(new Delta(found.contents), new Delta(found.delta)));
    this.text.revealChange();
    const sentence =
      found.delta.length > 0
        ? gettext("Version %(older)s, and what version %(newer)s changed.")
        : gettext("Versions %(older)s and %(newer)s are the same.");
    this.say(interpolate(sentence, { older, newer }));
  }

  private async showAuthors(version: number, contents: Delta): Promise<void> {
    while (version === this.version) {
      const found = await this.attempt(() => this.past.authorship(version));
      if (!found || version !== this.version) return;
      if (found.runs) {
        this.text.show(withAuthors(contents, found.runs), found.authors);
        this.say("");
        return;
      }
      const percent = Math.floor((100 * found.reached) / Math.max(1, version));
      this.say(interpolate(gettext("Working out who wrote what: %(percent)s %%…"), { percent }).replace("%%", "%"));
    }
  }

  private showLabel(): void {
    byId("version").textContent = interpolate(gettext("Version %(version)s of %(head)s"), {
      version: this.version,
      head: this.head,
    });
    this.list.mark(this.version);
    this.say("");
  }

  private showStretch(): void {
    const { stretch, mayEdit } = this;
    const when = stretch ? exactTime(new Date(stretch.ended_at)) : "";
    byId("version-by").textContent = [stretch?.user?.name, when].filter(Boolean).join(" · ");
    for (const id of ["undo", "purge"]) byId(id).toggleAttribute("disabled", !stretch || stretch.removed);
    for (const id of ["restore", "undo", "name"]) byId(id).hidden = !mayEdit;
    byId("purge").hidden = !this.mayPurge;
    this.list.mark(this.version);
  }

  /** Changes the document, and shows the version that does. */
  private async change(make: () => Promise<{ version: number }>): Promise<void> {
    byId("actions").toggleAttribute("inert", true);
    const made = await this.attempt(make);
    if (made) {
      await this.attempt(() => this.reload());
      this.head = Math.max(this.head, made.version);
      this.go(made.version);
      byId("announcer").textContent = interpolate(gettext("Done: the document is at version %(version)s."), made);
    }
    byId("actions").toggleAttribute("inert", false);
  }

  /** Removes for good what the stretch in sight changed, as the past: what stands in the document today stays. */
  private async purge(): Promise<void> {
    const { stretch } = this;
    if (!stretch) return;
    const question = gettext(
      "Remove versions %(first_version)s to %(last_version)s from the history for good? What they wrote stays in today's text unless it is deleted there.",
    );
    const { first_version, last_version } = stretch;
    if (!window.confirm(interpolate(question, { first_version, last_version }))) return;
    const purged = await this.attempt(() => this.past.purge(first_version, last_version));
    if (!purged) return;
    this.reader.forget();
    await this.attempt(() => this.reload());
    this.go(this.version);
    byId("announcer").textContent = sentenceOf(purged);
  }

  private async attempt<T>(ask: () => Promise<T>): Promise<T | null> {
    try {
      const answer = await ask();
      byId("error").hidden = true;
      return answer;
    } catch (error) {
      if (error instanceof Refusal && error.code === "history_gone")
        this.text.say(gettext("This version is no longer kept: the history here was thinned out."));
      else this.showError(error);
      return null;
    }
  }

  private say(sentence: string): void {
    byId("note").textContent = sentence;
  }

  private showError(error: unknown): void {
    const notice = byId("error");
    notice.textContent = error instanceof Error ? error.message : String(error);
    notice.hidden = false;
  }
}

function sentenceOf({ removed, still_there: left }: Purged): string {
  const gone = interpolate(
    ngettext("%(removed)s version was removed.", "%(removed)s versions were removed.", removed),
    {
      removed,
    },
  );
  const rest = ngettext(
    "%(left)s character of it still stands in the document.",
    "%(left)s characters of it still stand in the document.",
    left ?? 0,
  );
  return left ? `${gone} ${interpolate(rest, { left })}` : gone;
}
