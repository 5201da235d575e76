/** Typed listeners: `Events` maps each event's name to what its listeners are given. */
import { equal } from "./json.js";

export class Emitter<Events> {
  private readonly listeners = new Map<keyof Events, Set<(payload: never) => void>>();

  /** `told` is what listeners know from the start. */
  constructor(private readonly told: Partial<Events> = {}) {}

  /** Adds a listener and returns the function that removes it. */
  on<Name extends keyof Events>(name: Name, listener: (payload: Events[Name]) => void): () => void {
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Emits what is not what was told last under this name. */
  tell<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    if (equal(payload, this.told[name])) return;
    this.told[name] = payload;
    this.emit(name, payload);
  }

  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    for (const listener of this.listeners.get(name) ?? []) {
      try {
        (listener as (payload: Events[Name]) => void)(payload);
      } catch (error) {
        // A listener's failure is its own: the others hear what happened, and the page is told of the error.
        setTimeout(() => {
          throw error;
        });
      }
    }
  }
}
