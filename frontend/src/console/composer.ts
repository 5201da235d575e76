/** Where a frame is written: from a template, checked against the served schema as one types. */

import { byId, pageData } from "../dom";
import { gettext, interpolate } from "../gettext";
import type { Frame } from "./code";
import { misfit, type Schema } from "./schema";

interface Template {
  type: string;
  about: string;
  message: Frame;
}

/** What a template is filled with, so that it fits where the session is. */
export interface Place {
  clientId: string;
  seq: number;
  version: number;
}

export class Composer {
  private readonly text = byId<HTMLTextAreaElement>("frame-text");
  private readonly choice = byId<HTMLSelectElement>("frame-template");
  private readonly verdict = byId("frame-verdict");
  private readonly templates = pageData<Template[]>("frame-templates");
  private schema: Schema | undefined;

  constructor(
    private readonly place: () => Place,
    private readonly send: (text: string) => void,
  ) {
    this.choice.addEventListener("change", () => this.take());
    this.text.addEventListener("input", () => this.judge());
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.submit();
    });
    byId<HTMLFormElement>("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    void this.learn(byId("composer").dataset.schema ?? "");
  }

  /** Writes the chosen template, at the place where the session is. */
  take(): void {
    const template = this.templates[Number(this.choice.value)];
    if (!template) return;
    this.text.value = JSON.stringify(placed(template.message, this.place()), null, 2);
    this.judge();
  }

  /** What was written is said and in: the same is made fit to be said once more. */
  goOn(): void {
    const frame = this.judge() as Frame | undefined;
    if (frame?.type !== "submit") return;
    this.text.value = JSON.stringify(placed(frame, this.place()), null, 2);
    this.judge();
  }

  private submit(): void {
    const frame = this.judge();
    if (frame) this.send(JSON.stringify(frame));
  }

  private async learn(address: string): Promise<void> {
    this.schema = (await (await fetch(address)).json()) as Schema;
    this.take();
  }

  /** Says what is wrong with what stands there; the frame, where it is JSON at all. A wrong one may be sent, too. */
  private judge(): object | undefined {
    try {
      const frame = JSON.parse(this.text.value) as object;
      const wrong = this.schema && misfit(frame, { $ref: "#/$defs/ClientMessage" }, this.schema);
      this.tell(wrong ?? gettext("It fits the schema."), wrong ? "warning" : "good");
      return frame;
    } catch (error) {
      const words = gettext("It is no JSON: %(problem)s");
      this.tell(interpolate(words, { problem: (error as Error).message }), "bad");
      return undefined;
    }
  }

  private tell(words: string, state: string): void {
    this.verdict.textContent = words;
    this.verdict.dataset.state = state;
  }
}

function placed(message: Frame, { clientId, seq, version }: Place): Frame {
  const filled = { ...message };
  if ("client_id" in filled) filled.client_id = clientId;
  if ("token" in filled) delete filled.token;
  if ("seq" in filled) filled.seq = seq;
  if ("base_version" in filled) filled.base_version = version;
  if ("version" in filled && filled.type !== "hello") filled.version = version;
  return filled;
}
