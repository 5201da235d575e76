const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["minute", 60],
  ["hour", 3600],
  ["day", 86_400],
  ["week", 604_800],
];

const language = () => document.documentElement.lang || "en";

/** “5 minutes ago”; a date as soon as that says more (after a month). `now` in milliseconds. */
export function relativeTime(at: Date, now: number = Date.now()): string {
  const seconds = Math.max(0, (now - at.getTime()) / 1000);
  if (seconds > 2_592_000) return new Intl.DateTimeFormat(language(), { dateStyle: "medium" }).format(at);
  const format = new Intl.RelativeTimeFormat(language(), { numeric: "auto" });
  const [unit, size] = STEPS.findLast(([, length]) => seconds >= length) ?? ["second", Number.POSITIVE_INFINITY];
  return format.format(-Math.floor(seconds / size) || 0, unit);
}

/** “3 May 2026, 10:12”. */
export function exactTime(at: Date): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(at);
}
