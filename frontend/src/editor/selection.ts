import type { Delta } from "@deltapad/client";
import type { Selection } from "./adapter";

/** The selection after a change that was made while it stood. */
export function moved({ index, length }: Selection, delta: Delta): Selection {
  const start = delta.transformPosition(index);
  return { index: start, length: delta.transformPosition(index + length) - start };
}
