import type { DocumentClient } from "@deltapad/client";
import type { EditorSurface } from "./adapter";

/** Shows the client's document on the surface, from now on. `redrawn` is called where that had come to show another text. */
export function showDocument(client: DocumentClient, surface: EditorSurface, redrawn: () => void): void {
  client.on("reset", ({ contents }) => surface.setContents(contents));
  client.on("change", ({ delta, selection }) => {
    surface.apply(delta);
    if (selection) surface.select(selection);
  });
  client.on("verified", () => {
    if (surface.shows(client.contents)) return;
    surface.setContents(client.contents);
    redrawn();
  });
  client.on("presence", (participants) => {
    surface.setCursors(
      participants.flatMap(({ sessionId, user, selection }) =>
        selection ? [{ id: sessionId, name: user.name, color: user.color, selection }] : [],
      ),
    );
  });
}
