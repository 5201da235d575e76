/** The console: a socket by hand. */

import { Refusal } from "../api";
import { byId, pageData } from "../dom";
import { gettext, interpolate } from "../gettext";
import { code, type Frame, type Language } from "./code";
import { Composer } from "./composer";
import type { Direction } from "./filter";
import { address, type Heard, Line, type Way } from "./line";
import { Log } from "./log";

const HELLO = "hello";

class Console {
  private readonly log = new Log();
  private readonly composer = new Composer(
    () => ({ clientId: this.clientId, seq: this.seq + 1, version: this.version }),
    (text) => this.send(text),
  );
  private line: Line | undefined;
  private clientId = madeUp("console");
  private seq = 0;
  private version = 0;
  private said: Frame[] = [];

  private readonly document = byId<HTMLSelectElement>("console-document");
  private readonly way = byId<HTMLSelectElement>("console-way");
  private readonly token = byId<HTMLInputElement>("console-token");
  private readonly connect = byId<HTMLButtonElement>("console-connect");
  private readonly language = byId<HTMLSelectElement>("code-language");

  start(): void {
    const { codes } = pageData<{ codes: Record<string, string> }>("console-data");
    this.way.addEventListener("change", () => this.askForToken());
    byId("console-line").addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.line) this.line.close();
      else void this.open(codes);
    });
    for (const id of ["filter-words", "filter-direction"]) byId(id).addEventListener("input", () => this.narrow());
    byId("frames-clear").addEventListener("click", () => this.log.clear());
    this.language.addEventListener("change", () => this.write());
    this.document.addEventListener("change", () => this.write());
    byId("code-copy").addEventListener("click", () => void this.copy());
    this.askForToken();
    this.write();
  }

  private async open(codes: Record<string, string>): Promise<void> {
    this.tell("opening", gettext("Connecting …"));
    this.clientId = madeUp("console");
    this.seq = 0;
    this.said = [];
    try {
      this.line = await Line.open(this.document.value, this.way.value as Way, {
        frame: (frame) => this.took(frame),
        opened: () => this.opened(),
        closed: (number) => this.closed(number, codes[number]),
      });
    } catch (error) {
      this.tell("closed", error instanceof Refusal ? error.message : String(error));
    }
  }

  private opened(): void {
    this.tell("open", gettext("Connected"));
    this.connect.textContent = gettext("Disconnect");
    this.document.disabled = this.way.disabled = true;
    const token = this.way.value === "token" ? { token: this.token.value.trim() } : {};
    this.send(JSON.stringify({ type: HELLO, client_id: this.clientId, ...token }));
  }

  private closed(number: number, name: string | undefined): void {
    this.line = undefined;
    const words = name ? gettext("Closed: %(number)s, %(name)s") : gettext("Closed: %(number)s");
    this.tell("closed", interpolate(words, { number, name: name ?? "" }));
    this.connect.textContent = gettext("Connect");
    this.document.disabled = this.way.disabled = false;
  }

  private send(text: string): void {
    if (!this.line) {
      this.tell("closed", gettext("Connect first."));
      return;
    }
    this.line.send(text);
    const frame = JSON.parse(text) as Frame;
    this.said.push(frame);
    if (frame.type === "submit" && typeof frame.seq === "number") this.seq = Math.max(this.seq, frame.seq);
    this.write();
  }

  private took(frame: Heard): void {
    this.log.add(frame);
    if (frame.sent) return;
    const message = JSON.parse(frame.text) as {
      type: string;
      document?: { version?: number };
      revisions?: { version: number; client_id: string }[];
    };
    const newest = message.revisions?.at(-1)?.version ?? message.document?.version;
    if (newest !== undefined) this.version = newest;
    if (message.type === "welcome") this.composer.take();
    if (message.revisions?.some(({ client_id }) => client_id === this.clientId)) this.composer.goOn();
  }

  private narrow(): void {
    const direction = byId<HTMLSelectElement>("filter-direction").value as Direction;
    this.log.narrow({ words: byId<HTMLInputElement>("filter-words").value, direction });
  }

  private askForToken(): void {
    byId("console-token-field").hidden = this.way.value !== "token";
  }

  private write(): void {
    const said = this.said.length > 0 ? this.said : [{ type: HELLO, client_id: "" }];
    const program = code(this.language.value as Language, address(this.document.value), said, madeUp("program"));
    byId("code-text").textContent = program;
    byId("code-copy").textContent = gettext("Copy");
  }

  private async copy(): Promise<void> {
    await navigator.clipboard.writeText(byId("code-text").textContent ?? "");
    byId("code-copy").textContent = gettext("Copied");
  }

  private tell(state: string, words: string): void {
    const status = byId("console-state");
    status.dataset.state = state;
    status.textContent = words;
  }
}

function madeUp(beginning: string): string {
  return `${beginning}-${crypto.randomUUID().slice(0, 8)}`;
}

new Console().start();
