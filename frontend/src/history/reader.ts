import { Delta } from "@deltapad/client";
import { Refusal } from "../api";
import { PAGE, type Past } from "./requests";

/** Reads the versions of a document: near ones by the changes between, which come in pages, others whole. */
export class VersionReader {
  private version = -1;
  private contents = new Delta();
  private ahead: { version: number; delta: Delta }[] = [];
  /** The last version before one whose change is no longer kept. */
  private gapAfter = -1;

  constructor(private readonly past: Past) {}

  /** The contents at a version. One at a time; it rejects with a Refusal where that cannot be opened any more. */
  async read(version: number): Promise<Delta> {
    const isNear = this.version >= 0 && version >= this.version && version - this.version <= PAGE;
    if (!isNear || !(await this.goesOn(version))) await this.jump(version);
    return this.contents;
  }

  /** Some of the history was removed: nothing that was read counts any more. */
  forget(): void {
    this.version = -1;
    this.ahead = [];
    this.gapAfter = -1;
  }

  private async jump(version: number): Promise<void> {
    const { contents } = await this.past.contents(version);
    this.contents = new Delta(contents);
    this.version = version;
  }

  /** Whether the changes up to the version are all kept; then it is there. */
  private async goesOn(version: number): Promise<boolean> {
    while (this.version < version) {
      if (!this.ahead.some((revision) => revision.version === this.version + 1) && !(await this.fetchAhead()))
        return false;
      for (const revision of this.ahead) {
        if (revision.version !== this.version + 1 || revision.version > version) continue;
        this.contents = this.contents.compose(revision.delta);
        this.version = revision.version;
      }
    }
    return true;
  }

  /** Whether there are changes right after this version. A gap is asked for once, and not in every frame that plays. */
  private async fetchAhead(): Promise<boolean> {
    if (this.version === this.gapAfter) return false;
    try {
      const { revisions } = await this.past.revisions(this.version);
      if (revisions.length === 0) throw new Error("The server has no such version");
      this.ahead = revisions.map((revision) => ({ version: revision.version, delta: new Delta(revision.delta) }));
      return true;
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "history_gone") throw error;
      this.gapAfter = this.version;
      return false;
    }
  }
}
