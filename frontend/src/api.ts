import { gettext } from "./gettext";
import type { ImageOfDocument } from "./images/address";
import { sentenceOf } from "./refusals";

export type Role = "owner" | "admin" | "editor" | "suggester" | "commenter" | "viewer";

export interface Person {
  id: string;
  name: string;
  color: string;
  /** Of an agent: who keeps it. */
  on_behalf_of?: string | null;
}

export interface DocumentRow {
  id: string;
  title: string;
  state: "open" | "frozen" | "trashed";
  role: Role;
  capabilities: string[];
  starred: boolean;
  updated_at: string;
  owner: Person;
  /** The first of those who are in it, and how many all are. */
  participants: { session_id: string; user: Person }[];
  participant_count: number;
}

/** Some of a document's text; `marks` are ranges in it: [start, end]. */
export interface Passage {
  text: string;
  marks: [number, number][];
}

export interface Group {
  id: string;
  name: string;
}

export interface GroupWithAccess extends Group {
  role: Role;
}

export interface Member {
  user: Person;
  role: Role;
  email?: string | null;
}

/** An address that lets in whoever has it. */
export interface ShareLink {
  id: string;
  url: string;
  role: "editor" | "viewer";
  label: string;
  has_password: boolean;
  expires_at: string | null;
  guests: boolean;
  most_people: number | null;
  people: number;
  lets_in: boolean;
  members: Person[];
}

/** What a link is to allow; what is left out stays as it is. */
export type LinkTerms = Partial<Pick<ShareLink, "role" | "label" | "guests" | "most_people" | "expires_at">> & {
  password?: string;
};

/** Someone without an account, who becomes a member when they have one. */
export interface Invitation {
  id: string;
  email: string;
  role: Role;
  expires_at: string;
}

/** Someone who asks to be let in. */
export interface AccessRequest {
  user: Person;
  email: string;
}

/** The page on which anyone may read a document. */
export interface Publication {
  slug: string;
  url: string;
  embed_url: string;
  indexed: boolean;
  embedders: string[];
}

/** A refused request: `code` of the server's error table, and a sentence for the person. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    sentence: string,
  ) {
    super(sentence);
  }
}

/** The server's REST interface, asked with the session of this browser. */
/** After how many days drafts go; null keeps everything. */
export interface Retention {
  keep_days: number | null;
}

export const api = {
  create: (title: string) => request<DocumentRow>("POST", "documents", { title }),
  look: (id: string) => request<DocumentRow>("GET", `documents/${id}`),
  rename: (id: string, title: string) => request<DocumentRow>("PATCH", `documents/${id}`, { title }),
  trash: (id: string) => request<void>("DELETE", `documents/${id}`),
  star: (id: string, starred: boolean) => request<void>(starred ? "PUT" : "DELETE", `documents/${id}/star`),
  restore: (id: string) => request<DocumentRow>("PATCH", `documents/${id}`, { state: "open" }),
  makeOf: (file: File) => {
    if (ARCHIVE.test(file.name)) return request<DocumentRow>("POST", "documents/archive", file);
    const { title, format } = partsOfName(file.name);
    return request<DocumentRow>("POST", `documents/import?${new URLSearchParams({ format, title })}`, file);
  },
  /** What a file holds, its images in the document that it is read for. */
  contentsOf: (file: File, documentId: string) => {
    const about = new URLSearchParams({ format: partsOfName(file.name).format, document_id: documentId });
    return request<{ contents: object[] }>("POST", `contents?${about}`, file);
  },
  copyImage: (id: string, from: ImageOfDocument) =>
    request<{ id: string }>("POST", `documents/${id}/images/copies`, from),
  putImage: (id: string, file: File) => request<{ id: string }>("POST", `documents/${id}/images`, file),
  members: (id: string) => request<{ members: Member[] }>("GET", `documents/${id}/members`),
  /** Makes someone a member, or invites them where nobody has the address. */
  invite: (id: string, email: string, role: Role) =>
    request<Member | Invitation>("PUT", `documents/${id}/members`, { email, role }),
  setRole: (id: string, user: string, role: Role) =>
    request<Member>("PATCH", `documents/${id}/members/${user}`, { role }),
  removeMember: (id: string, user: string) => request<void>("DELETE", `documents/${id}/members/${user}`),
  groups: () => request<{ groups: Group[] }>("GET", "groups").then(({ groups }) => groups),
  groupsOf: (id: string) =>
    request<{ groups: GroupWithAccess[] }>("GET", `documents/${id}/groups`).then(({ groups }) => groups),
  putGroup: (id: string, group: string, role: Role) =>
    request<GroupWithAccess>("PUT", `documents/${id}/groups/${group}`, { role }),
  removeGroup: (id: string, group: string) => request<void>("DELETE", `documents/${id}/groups/${group}`),
  invitations: (id: string) => request<Invitation[]>("GET", `documents/${id}/invitations`),
  sendInvitation: (id: string, invitation: string) =>
    request<Invitation>("POST", `documents/${id}/invitations/${invitation}/send`),
  withdrawInvitation: (id: string, invitation: string) =>
    request<void>("DELETE", `documents/${id}/invitations/${invitation}`),
  accessRequests: (id: string) => request<AccessRequest[]>("GET", `documents/${id}/access-requests`),
  acceptRequest: (id: string, user: string, role: Role) =>
    request<void>("POST", `documents/${id}/access-requests/${user}/accept`, { role }),
  declineRequest: (id: string, user: string) => request<void>("DELETE", `documents/${id}/access-requests/${user}`),
  links: (id: string) => request<ShareLink[]>("GET", `documents/${id}/links`),
  makeLink: (id: string, terms: LinkTerms) => request<ShareLink>("POST", `documents/${id}/links`, terms),
  changeLink: (id: string, link: string, terms: LinkTerms) =>
    request<ShareLink>("PATCH", `documents/${id}/links/${link}`, terms),
  /** Null where the document is not published. */
  publication: (id: string) => request<Publication | null>("GET", `documents/${id}/publication`),
  publish: (id: string, terms: Partial<Publication>) =>
    request<Publication>("PUT", `documents/${id}/publication`, terms),
  unpublish: (id: string) => request<void>("DELETE", `documents/${id}/publication`),
  retention: (id: string) => request<Retention>("GET", `documents/${id}/retention`),
  keepDrafts: (id: string, keep_days: number | null) =>
    request<Retention>("PUT", `documents/${id}/retention`, { keep_days }),
  revokeLink: (id: string, link: string) => request<void>("DELETE", `documents/${id}/links/${link}`),
};

/** A document's whole history, whose title is in it. */
const ARCHIVE = /\.zip$/i;

/** Formats of files by how their names end. */
const FILE_FORMATS: Readonly<Record<string, string>> = {
  docx: "docx",
  markdown: "markdown",
  md: "markdown",
  html: "html",
  htm: "html",
  txt: "text",
  json: "delta",
};

/** The title that a file's name gives a document, and the format that its ending tells. */
export function partsOfName(name: string): { title: string; format: string } {
  const dot = name.lastIndexOf(".");
  const format = FILE_FORMATS[name.slice(dot + 1).toLowerCase()];
  if (dot < 0 || !format) throw new Refusal("unreadable_file", gettext("Files of this kind cannot be read."));
  return { title: name.slice(0, dot).trim().slice(0, 200) || gettext("Untitled"), format };
}

/** One request; raises a Refusal. */
export async function request<T>(method: string, path: string, body?: object): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (body) headers["Content-Type"] = body instanceof File ? "application/octet-stream" : "application/json";
  const sent = body instanceof File ? body : body && JSON.stringify(body);
  const response = await fetch(`/api/v1/${path}`, { method, headers, body: sent ?? null }).catch(() => {
    throw new Refusal("offline", gettext("The server cannot be reached. Is this device online?"));
  });
  if (!response.ok) throw await refusal(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function refusal(response: Response): Promise<Refusal> {
  const problem = (await response.json().catch(() => ({}))) as { code?: string; detail?: string; title?: string };
  const code = problem.code ?? "internal";
  return new Refusal(code, sentenceOf(code) ?? problem.detail ?? problem.title ?? gettext("Something went wrong."));
}

function csrfToken(): string {
  const field = document.querySelector<HTMLInputElement>('input[name="csrfmiddlewaretoken"]');
  if (!field) throw new Error("The page holds no CSRF token");
  return field.value;
}
