/* Times: pages write them in UTC or the shop's zone; these show the reader's own.
 *
 * The installation's clock may be moved while trying things out. <html data-now="..."> carries
 * its time, so that a countdown counts by that clock and not by the reader's.
 */

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];
const language = document.documentElement.lang || undefined;
const near = new Intl.RelativeTimeFormat(language, { numeric: "always" });
const exact = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });

const given = Date.parse(document.documentElement.dataset.now ?? "");
const ahead = Number.isNaN(given) ? 0 : given - Date.now();

export function localTimes(part: Element): void {
  for (const time of part.querySelectorAll<HTMLTimeElement>("time[data-local]")) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.getTime())) time.textContent = exact.format(moment);
  }
  show(part);
}

export function countDown(): void {
  window.setInterval(() => show(document.documentElement), 30_000);
}

function show(part: Element): void {
  for (const time of part.querySelectorAll<HTMLTimeElement>("time[data-countdown]")) {
    const left = Date.parse(time.dateTime) - (Date.now() + ahead);
    if (Number.isNaN(left)) continue;
    time.title = exact.format(new Date(time.dateTime));
    time.textContent = words(left);
    time.classList.toggle("is-late", left < 0);
  }
}

function words(left: number): string {
  for (const [unit, size] of STEPS) {
    if (Math.abs(left) >= size) return near.format(Math.trunc(left / size), unit);
  }
  return near.format(Math.trunc(left / 1000), "second");
}
