import type { Passage } from "../api";

/** A passage as nodes, with what was found in it as `mark`s. */
export function passageNodes({ text, marks }: Passage): Node[] {
  const nodes: Node[] = [];
  let shown = 0;
  for (const [start, end] of marks) {
    const mark = document.createElement("mark");
    mark.textContent = text.slice(start, end);
    nodes.push(document.createTextNode(text.slice(shown, start)), mark);
    shown = end;
  }
  return [...nodes, document.createTextNode(text.slice(shown))];
}
