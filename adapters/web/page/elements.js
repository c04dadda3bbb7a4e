// Making elements. Whatever comes from the server or from a person is put in as text (strings given to `append`
// become text nodes), never as markup.

export function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** One of the drawings in index.html. Never the only carrier of a meaning, so hidden from screen readers. */
export function icon(name) {
  const [svg, use] = ["svg", "use"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export const button = (className, onclick, ...label) =>
  el("button", { type: "button", class: className, onclick }, ...label);

/** A small number beside a name; `what` is said with it to screen readers ("new", "to read"). Hidden at nought. */
export function showCount(node, number, what) {
  node.hidden = !number;
  node.replaceChildren(String(number), el("span", { class: "unseen" }, ` ${what}`));
}

/** Move along a row of tabs with the arrow keys. `tabs` gives them in order, `choose` is given the one to go to. */
export function moveAmongTabs(event, tabs, choose) {
  const at = tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  choose(tabs.at(to % tabs.length));
}

/** A button that unfolds a part of the page; it folds when the focus or a press goes elsewhere, or with Escape. */
export function unfolding(button, part, whenUnfolded) {
  const around = button.parentElement;
  const unfold = (unfolded) => {
    part.hidden = !unfolded;
    button.setAttribute("aria-expanded", unfolded);
    if (unfolded) whenUnfolded();
  };
  const foldIfOutside = (place) => place && !around.contains(place) && unfold(false);
  button.addEventListener("click", () => unfold(part.hidden));
  around.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || part.hidden) return;
    unfold(false);
    button.focus();
  });
  around.addEventListener("focusout", ({ relatedTarget }) => foldIfOutside(relatedTarget));
  document.addEventListener("pointerdown", ({ target }) => foldIfOutside(target));
  return () => unfold(false);
}
