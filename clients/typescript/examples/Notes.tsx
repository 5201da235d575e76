/** Notes that several people write at once, in React. */
import { useDocument, useField } from "@deltapad/client/react";

export function Notes({ url }: { url: string }) {
  const { client, view } = useDocument({ url });
  const field = useField(client);
  return (
    <section>
      <h2>{view?.title}</h2>
      <textarea ref={field} aria-label="Notes" />
      <button type="button" disabled={!view?.canUndo} onClick={() => client?.undo()}>
        Undo
      </button>
      <output>
        {view?.text.length} characters, {view?.saveState.kind}
      </output>
    </section>
  );
}
