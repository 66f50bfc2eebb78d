/* On every page: htmx for fragments, and small comforts on top of pages that work without them.
 *
 *   <form data-once>                        a second click while it is being sent does nothing
 *   <form data-confirm="Cancel order?">     asks before it is sent
 *   <select data-submits>                   sends its form when changed
 *   <button data-copies="text">             copies the text, and says so
 *   <button data-opens="id">                opens the <dialog> of that id; data-closes closes it
 *   <details data-menu>                     closes on Escape and on a click elsewhere
 *   <time datetime="..." data-local>        in the reader's own time zone
 *   <time datetime="..." data-countdown>    "in 3 hours", kept up to date
 *
 * The content security policy allows no inline script, style or evaluation; htmx is told so.
 */

import htmx from "htmx.org";
import { announce } from "./lib/announce";
import { copyOnClick, dialogs, menus } from "./lib/controls";
import { confirmFirst, sendOnce, submitOnChange } from "./lib/forms";
import { countDown, localTimes } from "./lib/times";

htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // pages hold orders and addresses; browsers' storage must not
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "409", swap: true }, // refusals explain themselves in the fragment that was asked for
  { code: "422", swap: true },
  { code: "429", swap: true },
  { code: "...", swap: false, error: true },
];

sendOnce();
confirmFirst();
submitOnChange();
copyOnClick();
dialogs();
menus();
countDown();

htmx.onLoad((fresh) => {
  if (fresh instanceof Element) localTimes(fresh);
});

/* What was swapped in may hold the first wrong field, or a place that asks for the focus. */
document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.target;
  if (!(part instanceof Element)) return;
  const wanted = part.querySelector<HTMLElement>("[aria-invalid=true], [data-focus]");
  wanted?.focus();
});

for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, () => {
    announce("No connection. Nothing was changed; please try again.", "bad");
  });
}
document.addEventListener("htmx:responseError", () => {
  announce("That did not work. Reload the page to see how things stand.", "bad");
});
