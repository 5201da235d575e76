/** One or two letters that stand for a person. What stands in parentheses, as that they are a guest, is no name. */
export function initials(name: string): string {
  const words = name
    .replace(/\s\(.*\)\s*$/u, "")
    .split(/[\s._-]+/u)
    .filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return (
    letters
      .map((word) => [...(word ?? "")][0] ?? "")
      .join("")
      .toUpperCase() || "?"
  );
}

/** Black or white, whichever is read better on a `#rrggbb` background (WCAG relative luminance). */
export function inkOn(color: string): "#000000" | "#ffffff" {
  const channel = (at: number) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  return luminance > 0.179 ? "#000000" : "#ffffff";
}

/** Paints an element as the mark of a person: initials on their colour. */
export function paintAvatar(element: HTMLElement, person: { name: string; color: string }): void {
  element.textContent = initials(person.name);
  if (!/^#[0-9a-f]{6}$/iu.test(person.color)) return;
  // Through the object model: the content security policy allows no style attributes.
  element.style.backgroundColor = person.color;
  element.style.color = inkOn(person.color);
}
