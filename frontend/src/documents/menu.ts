/** Pixels between a menu and what it belongs to, and the edge of the window. */
const GAP = 4;

/** Shows a `popover` menu at the button that it was asked for by; the arrow keys go through it. */
export function showMenu(menu: HTMLElement, button: HTMLElement): void {
  menu.showPopover();
  const [at, size] = [button.getBoundingClientRect(), menu.getBoundingClientRect()];
  const below = at.bottom + GAP;
  const top = below + size.height > window.innerHeight ? at.top - GAP - size.height : below;
  menu.style.inset = "auto";
  menu.style.top = `${Math.max(GAP, top)}px`;
  menu.style.left = `${Math.max(GAP, Math.min(at.right - size.width, window.innerWidth - size.width - GAP))}px`;
  items(menu)[0]?.focus();
}

/** Lets the arrow keys, Home and End go through a menu; once for each. */
export function goByArrows(menu: HTMLElement): void {
  menu.addEventListener("keydown", (event) => {
    const all = items(menu);
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    all.at(next % all.length)?.focus();
  });
  menu.addEventListener("click", () => menu.hidePopover());
}

/** An entry of a menu. */
export function menuItem(text: string, chosen: () => void): HTMLButtonElement {
  const item = document.createElement("button");
  item.type = "button";
  item.textContent = text;
  item.addEventListener("click", chosen);
  return item;
}

function items(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>("button, a")].filter((item) => !item.hidden);
}
