/** One socket, and what goes over it in both directions. */

import { request } from "../api";

export type Way = "cookie" | "token" | "ticket";

export interface Heard {
  at: Date;
  sent: boolean;
  text: string;
}

export interface Listener {
  frame(frame: Heard): void;
  opened(): void;
  closed(code: number): void;
}

/** The address of a document's socket. */
export function address(documentId: string): string {
  const url = new URL(`/ws/documents/${documentId}/`, window.location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return url.href;
}

export class Line {
  private constructor(
    private readonly socket: WebSocket,
    private readonly listener: Listener,
  ) {
    socket.onopen = () => listener.opened();
    socket.onmessage = ({ data }) => this.heard(String(data));
    socket.onclose = ({ code }) => listener.closed(code);
  }

  /** Opens one on a document; by a ticket, that is asked for first. */
  static async open(documentId: string, way: Way, listener: Listener): Promise<Line> {
    const ticket = way === "ticket" ? await askForTicket(documentId) : undefined;
    const url = new URL(address(documentId));
    if (ticket) url.searchParams.set("ticket", ticket);
    return new Line(new WebSocket(url, ["deltapad.v1"]), listener);
  }

  send(text: string): void {
    this.socket.send(text);
    this.listener.frame({ at: new Date(), sent: true, text });
  }

  close(): void {
    this.socket.close();
  }

  private heard(text: string): void {
    this.listener.frame({ at: new Date(), sent: false, text });
    const message = JSON.parse(text) as { type: string; id?: string };
    // Who does not answer is taken for one who does not read.
    if (message.type === "probe") this.send(JSON.stringify({ type: "seen", id: message.id }));
  }
}

async function askForTicket(documentId: string): Promise<string> {
  const made = await request<{ ticket: string }>("POST", "tickets", { document_id: documentId });
  return made.ticket;
}
