import { gettext, interpolate, ngettext } from "../gettext";
import { clauseOf } from "../refusals";

export type SaveKind =
  | "connecting"
  | "committed"
  | "typing"
  | "sent"
  | "waiting"
  | "offline"
  | "rejected"
  | "reading"
  | "closed";

export interface SaveState {
  readonly kind: SaveKind;
  /** How many changes wait and are kept meanwhile, or are refused. */
  readonly count: number;
  /** Kept in this tab alone, for the browser stores nothing: closing it loses them. */
  readonly inTab?: boolean;
  readonly reason?: { code: string; message: string } | undefined;
}

/** Milliseconds for which all must be saved before we say so: between two keys it would only flicker. */
const CALM = 400;
/** Milliseconds without progress after which what waits is said to wait, whether or not the author types on. */
const PATIENCE = 2500;

/** What people are told aloud, when it begins and when it is over. */
const ALONE: ReadonlySet<SaveKind> = new Set(["waiting", "offline"]);

/** The sentence for a save state; true to the letter, for people decide by it whether to close the lid. */
export function saveText({ kind, count, inTab, reason }: SaveState): string {
  switch (kind) {
    case "connecting":
      return gettext("Opening…");
    case "committed":
      return gettext("Saved");
    case "typing":
      return gettext("Typing…");
    case "sent":
      return gettext("Sent, being saved…");
    case "waiting":
      return waitingText(count, inTab);
    case "offline":
      return count === 0 ? gettext("Offline") : offlineText(count, inTab);
    case "rejected":
      return interpolate(gettext("Refused, because %(reason)s"), { reason: clauseOf(reason?.code ?? "internal") });
    case "reading":
      return gettext("Read only");
    case "closed":
      return count === 0 ? gettext("Closed") : offlineText(count, inTab);
  }
}

function offlineText(count: number, inTab = false): string {
  const text = inTab
    ? ngettext("Offline, %(count)s change kept in this tab", "Offline, %(count)s changes kept in this tab", count)
    : ngettext("Offline, %(count)s change kept", "Offline, %(count)s changes kept", count);
  return interpolate(text, { count });
}

function waitingText(count: number, inTab = false): string {
  const text = inTab
    ? ngettext("No answer, %(count)s change kept in this tab", "No answer, %(count)s changes kept in this tab", count)
    : ngettext("No answer, %(count)s change kept", "No answer, %(count)s changes kept", count);
  return interpolate(text, { count });
}

/** Shows the save state; speaks it aloud only when there is something to know. */
export class SaveIndicator {
  private timer = 0;
  private patience = 0;
  private overdue = false;
  private latest: SaveState = { kind: "connecting", count: 0 };
  private shown: SaveKind = "connecting";

  constructor(
    private readonly element: HTMLElement,
    private readonly text: HTMLElement,
    private readonly announce: (text: string) => void,
  ) {}

  show(state: SaveState): void {
    if (!isUnderWay(state) || !isUnderWay(this.latest) || state.count < this.latest.count) this.expectProgress();
    this.latest = state;
    // Tests read the state as it is; only the words wait.
    this.element.dataset.state = state.kind;
    this.say();
  }

  private expectProgress(): void {
    window.clearTimeout(this.patience);
    this.overdue = false;
    this.patience = window.setTimeout(() => {
      this.overdue = true;
      this.say();
    }, PATIENCE);
  }

  private say(): void {
    window.clearTimeout(this.timer);
    const { latest: state } = this;
    const wait = state.kind === "committed" && (this.shown === "typing" || this.shown === "sent") ? CALM : 0;
    if (this.overdue && isUnderWay(state)) this.write({ ...state, kind: "waiting" });
    else if (wait > 0) this.timer = window.setTimeout(() => this.write(state), wait);
    else this.write(state);
  }

  private write(state: SaveState): void {
    const text = saveText(state);
    const news = state.kind === "rejected" || ALONE.has(state.kind) || ALONE.has(this.shown);
    if (news && state.kind !== this.shown) this.announce(text);
    this.shown = state.kind;
    this.element.dataset.kind = state.kind;
    this.text.textContent = text;
    this.element.title = text;
  }
}

function isUnderWay({ kind }: SaveState): boolean {
  return kind === "typing" || kind === "sent";
}
