/* Short messages in the page's live region, #toasts: seen, and read out by screen readers. */

const SHOWN_MS = 8000;

export function announce(message: string, tone: "info" | "bad" = "info"): void {
  const region = document.getElementById("toasts");
  if (!region) return;
  const text = document.createElement("p");
  text.textContent = message;
  const body = document.createElement("div");
  body.className = "notice-body";
  body.append(text);
  const notice = document.createElement("div");
  notice.className = `notice tone-${tone}`;
  notice.append(body);
  region.replaceChildren(notice);
  window.setTimeout(() => notice.remove(), SHOWN_MS);
}
