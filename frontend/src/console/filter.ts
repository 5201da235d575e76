/** Which frames the console shows. */

import type { Heard } from "./line";

export type Direction = "both" | "sent" | "heard";

export interface Filter {
  /** Words, each of which has to stand in the frame. */
  words: string;
  direction: Direction;
}

export function shows({ words, direction }: Filter, { sent, text }: Heard): boolean {
  if (direction !== "both" && (direction === "sent") !== sent) return false;
  const whole = text.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/u)
    .every((word) => whole.includes(word));
}
