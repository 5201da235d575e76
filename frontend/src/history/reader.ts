import { Delta } from "@deltapad/client";
import { PAGE, type Past } from "./requests";

/** Reads the versions of a document: near ones by the changes between, which come in pages, others whole. */
export class VersionReader {
  private version = -1;
  private contents = new Delta();
  private ahead: { version: number; delta: Delta }[] = [];

  constructor(private readonly past: Past) {}

  /** The contents at a version. One at a time; it rejects with a Refusal where that cannot be opened any more. */
  async read(version: number): Promise<Delta> {
    if (this.version >= 0 && version >= this.version && version - this.version <= PAGE) await this.goOn(version);
    else await this.jump(version);
    return this.contents;
  }

  /** Some of the history was removed: nothing that was read counts any more. */
  forget(): void {
    this.version = -1;
    this.ahead = [];
  }

  private async jump(version: number): Promise<void> {
    const { contents } = await this.past.contents(version);
    this.contents = new Delta(contents);
    this.version = version;
  }

  private async goOn(version: number): Promise<void> {
    while (this.version < version) {
      if (!this.ahead.some((revision) => revision.version === this.version + 1)) {
        const { revisions } = await this.past.revisions(this.version);
        this.ahead = revisions.map((revision) => ({ version: revision.version, delta: new Delta(revision.delta) }));
        if (revisions.length === 0) throw new Error("The server has no such version");
      }
      for (const revision of this.ahead) {
        if (revision.version !== this.version + 1 || revision.version > version) continue;
        this.contents = this.contents.compose(revision.delta);
        this.version = revision.version;
      }
    }
  }
}
