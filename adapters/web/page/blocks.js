// A reply's blocks as elements. Whatever comes from the server or from a person is put in as text (strings given to
// `append` become text nodes), never as markup.

import { newEvent } from "./server.js";

const QUOTE_FOLDS = 320; // characters; a longer quote starts folded
const VERDICT_QUOTE_FOLDS = 600; // the words a verdict rests on should be read, so they fold later
const PREVIEW = 130;
const LONG_WORD = 10; // "What the policy says" would not fit in the size of "No"

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

/** The text, or if it is longer than `limit` its first words, which unfold to all of it. */
export function foldable(text, limit) {
  const whole = el("p", { class: "text" }, text);
  if (text.length <= limit) return whole;
  const start = text.slice(0, PREVIEW).replace(/\s+\S*$/, "");
  return el("details", null,
    el("summary", null,
      el("span", { class: "start" }, `${start}… `),
      el("span", { class: "unfold" }, "Read it all"),
      el("span", { class: "fold" }, "Show less")),
    whole);
}

/** How an exchange with the server stands: a waiting sign, or "Not sent" with the ways to go on, or nothing. */
export function standing(exchange, again, edit) {
  const node = el("div", { class: "standing" });
  if (exchange.state === "waiting") {
    const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
    node.append(el("p", { class: "waiting" }, dots, exchange.from === "feedback" ? "Sending" : "Reading the policy"));
  } else if (exchange.state === "failed") {
    // The opening is no text of the person's, so nothing of theirs is "not sent".
    const lost = exchange.from === "opened" ? [] : [el("strong", null, "Not sent."), " "];
    const why = el("span", null, ...lost, exchange.problem);
    node.append(el("p", { class: "failed" }, icon("alarm"), why), button("small", again, "Try again"));
    if (edit) node.append(button("small", edit, "Edit"));
  }
  return node;
}

/** The card of one reply. A block of a type this page does not know is shown as its text rather than not at all. */
export function card(item, assistant, panel) {
  const node = el("article", { class: "reply", "data-testid": "message", "data-from": "assistant" });
  node.append(el("span", { class: "unseen" }, `${assistant}: `));
  const { blocks, summary } = item.message;
  let level = 3; // under the person's name, which is an h2
  blocks.forEach((block, at) => {
    const place = { level, previous: blocks[at - 1]?.type, next: blocks[at + 1]?.type, panel, item, at };
    node.append((BLOCKS[block.type] ?? BLOCKS.paragraph)({ text: summary, ...block }, place));
    if (block.type === "verdict" || block.type === "silent") level = 4; // what follows belongs to the verdict
  });
  return node;
}

/** Each gets the block and where it stands: heading level, neighbours' types, panel, item and number. */
const BLOCKS = {
  paragraph: (block) => el("p", { class: "text" }, block.text),

  verdict: (block) => glance(block, block.kind, "verdict"),

  silent: (block) => glance(block, "silent", "silent"), // stands where a verdict would, and must not look like one

  quote: (block, { previous }) =>
    el("figure", { class: "quote", "data-testid": "quote" },
      el("blockquote", null, foldable(block.text, previous === "verdict" ? VERDICT_QUOTE_FOLDS : QUOTE_FOLDS)),
      el("figcaption", null, icon("source"), el("span", null, block.source))),

  facts: (block) =>
    el("dl", { class: "facts" },
      ...block.rows.map(([label, value]) => el("div", null, el("dt", null, label), el("dd", null, value)))),

  steps: (block, { level }) =>
    el("div", { class: "steps" },
      ...(block.title ? [el(`h${level}`, null, block.title)] : []),
      block.steps.length === 1
        ? el("p", { class: "text" }, ...block.steps)
        : el("ol", null, ...block.steps.map((step) => el("li", null, step)))),

  notice(block, { next }) {
    if (block.urgent) return el("p", { class: "urgent" }, icon("alarm"), el("strong", null, block.text));
    // Ahead of an answer it warns ("First: never remove…"); only at the end is it small print.
    const warns = next && next !== "notice" && next !== "choices";
    return warns
      ? el("p", { class: "warning" }, icon("alarm"), el("span", null, block.text))
      : el("p", { class: "small-print" }, block.text);
  },

  choices: (block, place) => (block.quiet ? aside(block, place) : wayOn(block, place)),
};

/** The word that is read first, and its sentence. */
function glance(block, kind, testid) {
  return el("div", { class: `verdict ${kind}`, "data-testid": testid, "data-kind": kind },
    el("h3", null,
      el("span", { class: block.word.length > LONG_WORD ? "word long" : "word" },
        el("span", { class: "badge" }, icon(kind)), block.word),
      el("span", { class: "unseen" }, ". "), // a pause between the word and the sentence, when read out
      el("span", { class: "headline" }, block.headline)));
}

function group(block, className) {
  const name = block.prompt || "Choices";
  const node = el("div", { class: className, role: "group", "data-testid": "choices", "aria-label": name });
  if (block.prompt) node.append(el("p", { class: "prompt" }, block.prompt));
  return node;
}

/** The real buttons. They stay usable, so that an older answer can be taken up again. */
function wayOn(block, { panel }) {
  const isReport = ({ value }) => value.startsWith("report:");
  const node = group(block, block.options.every(isReport) ? "choices to-report" : "choices");
  for (const option of block.options) {
    const press = () => panel.say(option.label, { kind: "choice", value: option.value });
    const looks = isReport(option) ? [icon("report"), option.label] : [option.label, icon("on")];
    node.append(button(isReport(option) ? "press report" : "press", press, ...looks));
  }
  return node;
}

/** Feedback: an aside that turns into its own thank-you. Its exchange is kept with the reply that it judges. */
function aside(block, { panel, item, at }) {
  const node = group(block, "quiet");
  node.dataset.quiet = "true";
  const draw = () => {
    const given = item.feedback?.[at];
    const held = node.contains(document.activeElement); // a pressed button goes; the focus must not go with it
    const prompt = block.prompt ? [el("p", { class: "prompt" }, block.prompt)] : [];
    if (!given) {
      const opinions = block.options.map((option) => button("aside", () => give(option), option.label));
      node.replaceChildren(...prompt, ...opinions);
    } else if (given.state === "sent") {
      node.replaceChildren(el("p", { class: "thanks", tabindex: "-1" }, given.thanks));
    } else {
      const chosen = el("span", { class: "given", tabindex: "-1" }, given.text);
      node.replaceChildren(...prompt, chosen, standing(given, () => panel.deliver(given)));
    }
    if (held) node.querySelector("[tabindex]")?.focus({ preventScroll: true });
  };
  const give = ({ label, value }) => {
    const given = { from: "feedback", text: label, event: newEvent({ kind: "choice", value }) };
    item.feedback = { ...item.feedback, [at]: given };
    panel.track(given, draw);
    panel.deliver(given);
  };
  draw();
  if (item.feedback?.[at]) panel.track(item.feedback[at], draw);
  return node;
}
