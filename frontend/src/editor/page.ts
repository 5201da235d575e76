import { DocumentClient, indexedDBOutbox, type Participant } from "@deltapad/client";
import { api, type Person } from "../api";
import { showPeople } from "../avatar_row";
import { showBanner } from "../banner";
import { byId, pageData } from "../dom";
import { FindBar } from "../find/bar";
import { gettext, interpolate } from "../gettext";
import { Images } from "../images/insertion";
import { Outline } from "../outline/panel";
import { SharingDialog } from "../sharing/dialog";
import { TableEditing } from "../tables/editing";
import type { Command, EditorSurface } from "./adapter";
import { Drafts } from "./drafts";
import { FileInsertion, offerCopy } from "./file_menu";
import { LinkEditing } from "./link";
import { Notices } from "./notices";
import { showPageState } from "./page_state";
import { QuillSurface } from "./quill";
import { SaveIndicator } from "./save_state";
import { showDocument } from "./session";
import { Title } from "./title";
import { Toolbar } from "./toolbar";

interface Bootstrap {
  user: Person;
  document_id: string;
}

const MOST_AVATARS = 5;
/** What the page offers while the document is there. */
const OFFERS = ["file", "share"];
/** The capability that opens a document again, by its state. */
const RELEASES: Readonly<Record<string, string>> = { frozen: "freeze", trashed: "trash" };

/** The editor page: makes its parts and tells each what the document's client tells it. */
export class EditorPage {
  private readonly bootstrap = pageData<Bootstrap>("bootstrap");
  private readonly client = this.makeClient();
  private readonly surface = this.makeSurface();
  private readonly toolbar = new Toolbar(this.surface, {
    undo: () => this.client.undo(),
    redo: () => this.client.redo(),
    link: () => this.link.open(),
  });
  private readonly link = new LinkEditing(this.surface);
  private readonly tables = new TableEditing(this.surface);
  private readonly find = new FindBar(this.surface);
  private readonly outline = new Outline(this.surface);
  private readonly notices = new Notices();
  private readonly files = new FileInsertion(this.bootstrap.document_id, this.surface, (text) =>
    this.notices.showError(text),
  );
  private readonly images = new Images(this.bootstrap.document_id, this.surface, (text) =>
    this.notices.showError(text),
  );
  private readonly sharing = new SharingDialog(this.bootstrap.document_id, this.bootstrap.user.id);
  private readonly drafts = new Drafts(this.bootstrap.document_id);
  private readonly save = new SaveIndicator(byId("save-state"), byId("save-text"), (text) => this.announce(text));
  private readonly title = new Title(byId("title"), this.bootstrap.document_id, (text) => this.notices.showError(text));
  private here = new Map<string, string>();
  private opened = false;
  private closed = false;

  open(): void {
    this.surface.setReadOnly(true);
    this.listen();
    void this.client.connect();
    byId("find-command").addEventListener("click", () => this.find.open());
    byId("print").addEventListener("click", () => window.print());
    byId("share").addEventListener("click", () => void this.sharing.open());
    offerCopy(this.bootstrap.document_id, (text) => this.notices.showError(text));
    window.addEventListener("beforeunload", (event) => {
      if (this.client.unsent) event.preventDefault();
    });
  }

  private makeClient(): DocumentClient {
    const { user, document_id } = this.bootstrap;
    const scheme = window.location.protocol === "https:" ? "wss" : "ws";
    return new DocumentClient({
      url: `${scheme}://${window.location.host}/ws/documents/${document_id}/`,
      client: { name: "deltapad-web" },
      outbox: indexedDBOutbox({ user: user.id, document: document_id }),
    });
  }

  private makeSurface(): EditorSurface {
    const paper = byId("paper");
    const labels = { label: paper.dataset.label ?? "", placeholder: paper.dataset.placeholder ?? "" };
    return new QuillSurface(paper, labels, {
      change: (delta) => {
        this.client.edit(delta);
        this.caretMoved();
      },
      textChanged: (delta) => {
        this.find.textChanged(delta);
        this.outline.textChanged();
        this.images.textChanged(delta);
      },
      selection: (selection) => {
        this.client.select(selection);
        this.caretMoved();
      },
      command: (command) => this.carryOut(command),
      images: (files, index) => void this.images.bring(files, index),
      bringAlong: (html) => this.images.bringAlong(html),
      cutoff: () => this.client.cutoff(),
    });
  }

  private listen(): void {
    const { client } = this;
    showDocument(client, this.surface, () => this.showMended(1));
    client.on("reset", () => this.firstContents());
    client.on("save", () => this.showSave());
    client.on("access", () => this.rightsChanged());
    client.on("document", () => this.rightsChanged());
    client.on("banner", showBanner);
    client.on("undo", (possible) => this.toolbar.showHistory(possible));
    client.on("participants", (participants) => this.showParticipants(participants));
    client.on("kept", (changes) => {
      this.notices.showKept(changes, {
        insert: (contents) => this.surface.insert(contents),
        discard: (dealtWith) => {
          for (const change of dealtWith) client.discard(change);
        },
      });
    });
    client.on("mismatched", ({ times }) => this.showMended(times));
    client.on("connection", (state) => {
      byId("people").classList.toggle("is-stale", state !== "online");
      this.showSave();
    });
    client.on("closed", ({ code }) => this.close(code));
  }

  /** Once is an accident; where it comes again, only a fresh page may help. */
  private showMended(times: number): void {
    console.warn(`The text on this page was not the document's (${times} in a row). It was loaded anew.`);
    this.notices.showError(
      times === 1
        ? gettext("The text on this page was no longer the document’s. It was loaded anew, with what you typed.")
        : gettext(
            "Again the text on this page was not the document’s. Reload the page; if that does not help, tell us.",
          ),
    );
  }

  private get mayEdit(): boolean {
    return this.client.capabilities.has("edit") && this.client.documentState === "open" && !this.closed;
  }

  private showSave(): void {
    if (!this.opened || this.closed) return;
    const { saveState: state, connection, fallback } = this.client;
    if (state.kind !== "committed") this.save.show({ ...state, inTab: fallback !== null });
    else if (connection !== "online") this.save.show({ kind: "offline", count: 0 });
    else this.save.show(this.mayEdit ? state : { kind: "reading", count: 0 });
  }

  private firstContents(): void {
    const first = !this.opened;
    this.opened = true;
    this.rightsChanged();
    if (!first) return;
    for (const id of OFFERS) byId(id).hidden = false;
    if (this.mayEdit) this.surface.focus();
  }

  private rightsChanged(): void {
    const { capabilities, title, documentState, documentDamaged } = this.client;
    this.surface.setReadOnly(!this.mayEdit);
    this.toolbar.setVisible(this.mayEdit);
    this.link.setEditable(this.mayEdit);
    this.find.setEditable(this.mayEdit);
    this.tables.setEditable(this.mayEdit);
    this.images.setEditable(this.mayEdit);
    this.files.setVisible(this.mayEdit);
    byId("archive").hidden = !capabilities.has("history");
    this.drafts.setVisible(capabilities.has("purge"));
    this.notices.setInsertable(this.mayEdit);
    this.notices.showState(
      stateText(documentState, documentDamaged),
      this.mayRelease(documentState) ? this.release : null,
    );
    this.link.follow(null, null);
    this.title.setEditable(capabilities.has("rename"));
    this.title.show(title);
    this.sharing.setRights(capabilities);
    byId("history").hidden = !capabilities.has("history");
    this.showSave();
  }

  private showParticipants(participants: ReadonlyMap<string, Participant>): void {
    const others = [...participants.values()].filter(({ session_id }) => session_id !== this.client.sessionId);
    const people = others.map(({ user }) => user).filter(({ id }) => id !== this.bootstrap.user.id);
    showPeople(byId("people"), people, { most: MOST_AVATARS });
    this.announceComings(new Map(others.map(({ session_id, user }) => [session_id, user.name])));
  }

  private announceComings(now: Map<string, string>): void {
    const before = this.here;
    this.here = now;
    const news = [
      ...[...now].filter(([id]) => !before.has(id)).map(([, name]) => [gettext("%(name)s is here"), name] as const),
      ...[...before].filter(([id]) => !now.has(id)).map(([, name]) => [gettext("%(name)s has left"), name] as const),
    ];
    if (news.length > 0) this.announce(news.map(([text, name]) => interpolate(text, { name })).join(". "));
  }

  private carryOut(command: Command): void {
    if (command === "link") this.link.open();
    else this.client[command]();
  }

  private caretMoved(): void {
    const { selection } = this.surface;
    if (selection) {
      const formats = this.surface.formats();
      this.toolbar.show(formats);
      this.tables.show(formats.table !== undefined);
    }
    const place = selection && this.surface.selectionPlace();
    this.link.follow(selection, place);
    this.images.follow(selection, place);
  }

  private close(code: string): void {
    this.closed = true;
    this.rightsChanged();
    this.title.setEditable(false);
    this.surface.setCursors([]);
    this.save.show({ kind: "closed", count: this.client.saveState.count });
    this.notices.showState(null, null);
    for (const id of [...OFFERS, "history"]) byId(id).hidden = true;
    byId("people").replaceChildren();
    byId("paper").hidden = !this.opened;
    showPageState(code, this.opened);
  }

  private mayRelease(state: string): boolean {
    if (state === "frozen" && this.client.documentDamaged) return false;
    return this.client.capabilities.has(RELEASES[state] ?? "");
  }

  /** Opens a frozen or trashed document again. */
  private readonly release = async (): Promise<void> => {
    try {
      await api.restore(this.bootstrap.document_id);
    } catch (error) {
      this.notices.showError(error instanceof Error ? error.message : String(error));
    }
  };

  private announce(text: string): void {
    byId("announcer").textContent = text;
  }
}

function stateText(state: string, damaged: boolean): string | null {
  if (state === "trashed") return gettext("This document is in the trash. It can be read, not changed.");
  if (state === "frozen" && damaged) {
    return gettext(
      "This document is frozen: it did not pass its integrity check, and an administrator has been told. It can be read, not changed.",
    );
  }
  if (state === "frozen") return gettext("This document is frozen. It can be read, not changed.");
  return null;
}
