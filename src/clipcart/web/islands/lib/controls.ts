/* Buttons that copy, dialogs that open, menus that close. */

import { announce } from "./announce";

function clicked(event: Event, selector: string): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>(selector) : null;
}

export function copyOnClick(): void {
  document.addEventListener("click", (event) => {
    const text = clicked(event, "[data-copies]")?.dataset.copies;
    if (text === undefined) return;
    navigator.clipboard.writeText(text).then(
      () => announce("Copied"),
      () => announce("Your browser does not allow copying here"),
    );
  });
}

export function dialogs(): void {
  document.addEventListener("click", (event) => {
    const opener = clicked(event, "[data-opens]");
    const dialog = opener && document.getElementById(opener.dataset.opens ?? "");
    if (dialog instanceof HTMLDialogElement) {
      event.preventDefault();
      dialog.showModal();
      return;
    }
    const closer = clicked(event, "[data-closes]");
    const around = closer?.closest("dialog");
    if (around) {
      event.preventDefault();
      around.close();
    }
  });
}

export function menus(): void {
  const open = "details[data-menu][open]";
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>(open)) {
      if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll<HTMLDetailsElement>(open)) {
      const held = menu.contains(document.activeElement);
      menu.open = false;
      if (held) menu.querySelector("summary")?.focus();
    }
  });
}
