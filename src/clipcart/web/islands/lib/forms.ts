/* Forms: sent once, only after a question where one is asked, or as soon as a choice changes. */

const SENDING = "aria-busy";

function isSending(form: HTMLFormElement): boolean {
  return form.getAttribute(SENDING) === "true";
}

export function sendOnce(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || !form.matches("[data-once]")) return;
    if (isSending(form)) {
      event.preventDefault();
      return;
    }
    form.setAttribute(SENDING, "true");
  });
  // The browser's Back shows the page as it was left; a finished htmx request leaves it in place.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll(`form[${SENDING}]`)) form.removeAttribute(SENDING);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target instanceof HTMLFormElement) event.target.removeAttribute(SENDING);
  });
}

export function confirmFirst(): void {
  const ask = (event: Event): void => {
    const form = event.target as HTMLFormElement;
    const clicked = event instanceof SubmitEvent ? event.submitter : null;
    const question = clicked?.dataset.confirm ?? form.dataset.confirm;
    if (question && !window.confirm(question)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  };
  document.addEventListener("submit", ask, { capture: true });
}

export function submitOnChange(): void {
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) {
      if (field.matches("[data-submits]")) field.form?.requestSubmit();
    }
  });
}
