/** Does something, says why not if it cannot be done, and has the whole dialog shown anew. Says if it was done. */
export type Act = (action: () => Promise<unknown>) => Promise<boolean>;

/** Says what a button without words does, to eyes and ears. */
export function describe(button: HTMLElement, label: string): void {
  button.title = label;
  button.setAttribute("aria-label", label);
}
