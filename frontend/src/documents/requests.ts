import { type DocumentRow, type Passage, request } from "../api";

/** A document as its list shows it. */
export interface ListedDocument extends DocumentRow {
  folder_id: string | null;
  opened_at: string | null;
  is_template: boolean;
  may_leave: boolean;
}

/** A document of the list, with the passage that answers a search. */
export interface Shown {
  document: ListedDocument;
  passage: Passage | null;
}

export interface Folder {
  id: string;
  name: string;
}

/** One of the server's own. */
export interface Template {
  name: string;
  title: string;
}

interface Page {
  documents: ListedDocument[];
  next_cursor: string | null;
}

/** The most that the server gives at once. */
const PAGE = 100;

/** The first `count` documents that `query` asks for, and whether there are more. */
export async function listDocuments(
  query: string,
  count: number,
): Promise<{ documents: ListedDocument[]; hasMore: boolean }> {
  const documents: ListedDocument[] = [];
  let cursor: string | null = "";
  while (cursor !== null && documents.length < count) {
    const limit = Math.min(PAGE, count - documents.length);
    const from: string = cursor && `&cursor=${cursor}`;
    const page: Page = await request<Page>("GET", `documents?${query}&limit=${limit}${from}`);
    documents.push(...page.documents);
    cursor = page.next_cursor;
  }
  return { documents, hasMore: cursor !== null };
}

/** What the page of documents asks of the server, besides the documents. */
export const requests = {
  search: (words: string) =>
    request<{ found: Shown[] }>("GET", `search?q=${encodeURIComponent(words)}`).then(({ found }) => found),
  folders: () => request<{ folders: Folder[] }>("GET", "folders").then(({ folders }) => folders),
  makeFolder: (name: string) => request<Folder>("POST", "folders", { name }),
  renameFolder: (id: string, name: string) => request<Folder>("PATCH", `folders/${id}`, { name }),
  deleteFolder: (id: string) => request<void>("DELETE", `folders/${id}`),
  place: (document: string, folder: string | null) =>
    folder === null
      ? request<void>("DELETE", `documents/${document}/folder`)
      : request<void>("PUT", `documents/${document}/folder`, { folder_id: folder }),
  copy: (document: string, title?: string) =>
    request<DocumentRow>("POST", `documents/${document}/copy`, title === undefined ? {} : { title }),
  setTemplate: (document: string, is_template: boolean) =>
    request<DocumentRow>("PATCH", `documents/${document}`, { is_template }),
  templates: () => request<{ templates: Template[] }>("GET", "templates").then(({ templates }) => templates),
  createFrom: (template: Template) =>
    request<DocumentRow>("POST", "documents", { title: template.title, template: template.name }),
};
