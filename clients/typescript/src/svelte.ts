/** A document as a Svelte store, and a field's action. Neither needs Svelte itself. */
import { DocumentClient } from "./client.js";
import { bindField, type Field } from "./field.js";
import type { DocumentClientOptions } from "./interface.js";
import { type DocumentView, Viewer } from "./view.js";

/** A readable store of all that its client holds; it is in the document from now until `client.close()`. */
export interface DocumentStore {
  readonly client: DocumentClient;
  subscribe(listener: (view: DocumentView) => void): () => void;
}

/** Joins a document: `const document = openDocument({ url }); onDestroy(() => document.client.close())`, then `$document.text`. */
export function openDocument(options: DocumentClientOptions): DocumentStore {
  const client = new DocumentClient(options);
  const viewer = new Viewer(client);
  client.connect().catch(() => {});
  return {
    client,
    subscribe(listener) {
      listener(viewer.view);
      return viewer.subscribe(() => listener(viewer.view));
    },
  };
}

/** Binds a field to the client's document: `<textarea use:field={client}></textarea>`. */
export function field(node: Field, client: DocumentClient): { destroy: () => void } {
  return { destroy: bindField(client, node) };
}
