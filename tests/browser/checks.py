"""What must hold for every page, as one script that runs in the page and gives its faults."""

from typing import Any

from playwright.async_api import Page

FAULTS = r"""
() => {
  const faults = [];
  const root = document.documentElement;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const name = (node) => node.outerHTML.slice(0, 120);
  const seen = (node) => node.checkVisibility({ visibilityProperty: true });

  if (!root.lang) faults.push("the page does not say its language");
  if (!document.title.trim()) faults.push("the page has no title");
  const heads = all("h1").filter(seen).length;
  if (heads !== 1) faults.push(`${heads} h1 instead of one`);
  if (all("main").length !== 1) faults.push("there is not one main");
  const wide = document.scrollingElement.scrollWidth;
  if (wide > innerWidth) faults.push(`${wide} px wide in a window of ${innerWidth} px`);

  const ids = new Set();
  for (const { id } of all("[id]")) {
    if (ids.has(id)) faults.push(`two elements have the id ${id}`);
    ids.add(id);
  }
  for (const attribute of ["aria-describedby", "aria-labelledby", "aria-controls", "for"]) {
    for (const node of all(`[${attribute}]`)) {
      for (const id of node.getAttribute(attribute).split(/\s+/)) {
        if (!ids.has(id)) faults.push(`${attribute} leads nowhere: ${name(node)}`);
      }
    }
  }

  const spoken = (node) =>
    node.getAttribute("aria-label")?.trim() ||
    (node.getAttribute("aria-labelledby") ?? "")
      .split(/\s+/)
      .map((id) => document.getElementById(id)?.textContent.trim() ?? "")
      .join("");
  for (const field of all("input:not([type=hidden]), select, textarea")) {
    if (["submit", "button", "image", "reset"].includes(field.type)) continue;
    const labels = [...(field.labels ?? [])].map((label) => label.textContent.trim()).join("");
    if (!labels && !spoken(field)) faults.push(`a field without a label: ${name(field)}`);
  }
  for (const node of all("a[href], button, summary")) {
    const pictures = [...node.querySelectorAll("img")].map((image) => image.alt).join("");
    if (!node.textContent.trim() && !pictures.trim() && !spoken(node)) {
      faults.push(`nothing is read aloud: ${name(node)}`);
    }
  }
  for (const image of all("img")) {
    if (!image.hasAttribute("alt")) faults.push(`a picture without alt: ${name(image)}`);
    if (image.complete && image.currentSrc && !image.naturalWidth) {
      faults.push(`a picture that does not load: ${name(image)}`);
    }
  }
  return faults;
}
"""

PALE = r"""
() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const read = (colour) => {
    if (!known.has(colour)) {
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = colour;
      brush.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
      known.set(colour, [r, g, b, a / 255]);
    }
    return known.get(colour);
  };
  const over = ([r, g, b, a], below) =>
    [r, g, b].map((part, at) => part * a + below[at] * (1 - a)).concat(1);
  const light = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  // The colour behind a node's text, or nothing where a picture or a gradient is behind it.
  const grounds = new Map([[null, null]]);
  const behind = (node) => {
    if (grounds.has(node)) return grounds.get(node);
    const style = getComputedStyle(node);
    const colour = read(style.backgroundColor);
    let found = null;
    if (style.backgroundImage === "none" && Number(style.opacity) === 1) {
      const below = colour[3] === 1 ? colour : behind(node.parentElement);
      found = below && over(colour, below);
    }
    grounds.set(node, found);
    return found;
  };

  const faults = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    const text = texts.currentNode.data.trim();
    if (!text || !node.checkVisibility({ visibilityProperty: true })) continue;
    if (node.closest(".unseen, .skip, :disabled, [aria-hidden=true], noscript, svg")) continue;
    const below = behind(node);
    if (!below) continue;
    const style = getComputedStyle(node);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const lights = [light(over(read(style.color), below)), light(below)];
    const ratio = (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
    if (ratio < (isLarge ? 3 : 4.5)) {
      const where = node.className || node.tagName;
      faults.add(`contrast ${ratio.toFixed(2)} of "${text.slice(0, 30)}" in ${where}`);
    }
  }
  return [...faults];
}
"""

FOCUS = r"""
() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const shows = (one) => {
    const style = getComputedStyle(one);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) ||
      style.boxShadow !== "none";
  };
  const shape = node.closest("label") ?? node;
  const box = shape.getBoundingClientRect();
  const x = Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1);
  const y = box.y + Math.min(box.height / 2, 20);
  const top = y >= 0 && y < innerHeight ? document.elementFromPoint(x, y) : null;
  return {
    id: node.id,
    name: node.name ?? "",
    text: node.textContent.trim(),
    isShown: shows(node) || shows(shape) || (!!node.parentElement && shows(node.parentElement)),
    isInSight: !!top && (shape.contains(top) || top.contains(shape)),
  };
}
"""


async def page_faults(page: Page) -> list[str]:
    """Everything that is wrong with the page as it stands, in words."""
    return [*await page.evaluate(FAULTS), *await page.evaluate(PALE)]


async def focused(page: Page) -> dict[str, Any] | None:
    """Where the keyboard is: id, name, text, whether that is shown and in sight."""
    found: dict[str, Any] | None = await page.evaluate(FOCUS)
    return found
