/** React hooks: a component that is in a document. */
import { type RefCallback, useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { DocumentClient } from "./client.js";
import { bindField, type Field } from "./field.js";
import type { DocumentClientOptions } from "./interface.js";
import { type DocumentView, Viewer } from "./view.js";

interface Joined {
  readonly client: DocumentClient;
  readonly viewer: Viewer;
}

/** The client and all that it holds; both are null until the component is mounted. */
export interface UsedDocument {
  readonly client: DocumentClient | null;
  readonly view: DocumentView | null;
}

const NOTHING = () => () => {};

/** Joins the document at `options.url` while the component is mounted; another url is another document. */
export function useDocument(options: DocumentClientOptions): UsedDocument {
  const [joined, setJoined] = useState<Joined | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: options are made anew at each rendering; the url says which document
  useEffect(() => {
    const client = new DocumentClient(options);
    setJoined({ client, viewer: new Viewer(client) });
    client.connect().catch(() => {});
    return () => client.close();
  }, [options.url]);
  const view = useSyncExternalStore<DocumentView | null>(
    useCallback((changed) => joined?.viewer.subscribe(changed) ?? NOTHING(), [joined]),
    () => joined?.viewer.view ?? null,
    () => null,
  );
  return { client: joined?.client ?? null, view };
}

/** Binds a field to the client's document: `<textarea ref={useField(client)} />`. */
export function useField(client: DocumentClient | null): RefCallback<Field> {
  return useCallback((field: Field | null) => (field && client ? bindField(client, field) : undefined), [client]);
}
