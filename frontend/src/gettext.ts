/**
 * Django's JavaScript catalogue, typed. The names stay Django's own, so that `makemessages -d djangojs -e ts`
 * finds every text; without a catalogue (in unit tests) the English text stands for itself.
 */
interface Catalog {
  gettext(text: string): string;
  ngettext(singular: string, plural: string, count: number): string;
  pgettext(context: string, text: string): string;
}

const catalog = globalThis as Partial<Catalog>;

export function gettext(text: string): string {
  return catalog.gettext?.(text) ?? text;
}

export function ngettext(singular: string, plural: string, count: number): string {
  return catalog.ngettext?.(singular, plural, count) ?? (count === 1 ? singular : plural);
}

export function pgettext(context: string, text: string): string {
  return catalog.pgettext?.(context, text) ?? text;
}

/** Fills `%(name)s` in a translated text; a name that is not given stays visible, as a mistake should. */
export function interpolate(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/%\((\w+)\)s/gu, (whole, name: string) => String(values[name] ?? whole));
}
