// A reply's blocks as elements, wherever they stand: in a conversation, in a private window, in somebody's list.

import { button, el, icon } from "./elements.js";
import { fillable } from "./fields.js";
import { FORMS, textbox, ticks, written } from "./forms.js";
import { newEvent } from "./server.js";
import { moment } from "./times.js";

const QUOTE_FOLDS = 320; // characters; a longer quote starts folded
const VERDICT_QUOTE_FOLDS = 600; // the words a verdict rests on should be read, so they fold later
const PREVIEW = 130;
const LEDGER_FOLDS = 12; // lines; of a longer ledger only the latest show at first
const LEDGER_SHOWS = 8;
const LONG_WORD = 10; // "What the policy says" would not fit in the size of "No"

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
    const said = exchange.event.kind === "text" ? "Reading the policy" : "One moment";
    node.append(el("p", { class: "waiting" }, dots, said));
  } else if (exchange.state === "failed") {
    // The opening and the list are no text of the person's, so nothing of theirs is "not sent".
    const lost = ["opened", "list"].includes(exchange.from) ? [] : [el("strong", null, "Not sent."), " "];
    const why = el("span", null, ...lost, exchange.problem);
    node.append(el("p", { class: "failed" }, icon("alarm"), why), button("small", again, "Try again"));
    if (edit) node.append(button("small", edit, "Edit"));
  }
  return node;
}

/** The card of one reply; a letter, which nobody asked for just now, says so with its time. */
export function card(item, assistant, panel) {
  const node = el("article", { class: "reply", "data-testid": "message", "data-from": "assistant" });
  node.append(el("span", { class: "unseen" }, `${assistant}: `));
  if (item.sentAt) {
    node.classList.add("letter");
    node.dataset.testid = "letter";
    node.append(el("p", { class: "sent" }, icon("letter"), el("span", null, `Sent to you, ${moment(item.sentAt)}`)));
  }
  node.append(...drawn(item.message, { host: panel, item }));
  return node;
}

/**
 * A message's blocks. `host` is where they stand, and is given what is pressed there: `press(label, what)`.
 * A block of a type this page does not know is shown as the message's summary rather than not at all.
 */
export function drawn({ blocks, summary }, { host, item }) {
  let level = 3; // under the person's name or the window's title, which is an h2
  return blocks.map((block, at) => {
    const place = { level, previous: blocks[at - 1]?.type, next: blocks[at + 1]?.type, host, item, at };
    if (block.type === "verdict" || block.type === "silent") level = 4; // what follows belongs to the verdict
    return (BLOCKS[block.type] ?? BLOCKS.paragraph)({ text: summary, ...block }, place);
  });
}

/** Each gets the block and where it stands: heading level, neighbours' types, host, item and number. */
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

  steps: (block, { level, host }) =>
    el("div", { class: "steps" },
      ...(block.title ? [el(`h${level}`, null, block.title)] : []),
      ...(block.steps.length === 1 ? [el("p", { class: "text" }, ...block.steps)]
        : host.private && block.title && block.steps.length > LEDGER_FOLDS ? ledger(block.steps)
        : [numbered(block.steps)])),

  notice(block, { next, host }) {
    if (block.urgent) return el("p", { class: "urgent" }, icon("alarm"), el("strong", null, block.text));
    const form = FORMS.includes(next);
    if (host.private && !form) return el("p", { class: "told", role: "status" }, block.text);
    // Ahead of an answer it warns ("First: never remove…"), over a form it is what was wrong; at the end, small print.
    const warns = next && next !== "notice" && next !== "choices";
    if (!warns) return el("p", { class: "small-print" }, block.text);
    return el("p", { class: "warning", role: form ? "alert" : "note" }, icon("alarm"), el("span", null, block.text));
  },

  choices(block, place) {
    if (!block.quiet) return wayOn(block, place);
    const judging = block.options.every(({ value }) => value.startsWith("feedback:"));
    return judging && place.host.judges ? aside(block, place) : ways(block, place);
  },

  link(block) {
    const url = openable(block.url);
    if (!url) return el("p", { class: "text" }, `${block.label}: ${block.url}`);
    return el("a", { class: "press link", href: url, target: "_blank", rel: "noopener noreferrer" },
      el("span", null, block.label, el("span", { class: "unseen" }, " (opens in a new tab)")), icon("away"));
  },

  textbox,
  ticks,
  form: fillable,
  written,
};

const numbered = (steps, start = 1) => el("ol", { start }, ...steps.map((step) => el("li", null, step)));

/** What happened first is folded away; the numbers go on. */
function ledger(steps) {
  const earlier = steps.length - LEDGER_SHOWS;
  return [
    el("details", { class: "earlier" },
      el("summary", null,
        el("span", { class: "unfold" }, `Show all ${steps.length}`),
        el("span", { class: "fold" }, "Show less")),
      numbered(steps.slice(0, earlier))),
    numbered(steps.slice(earlier), earlier + 1),
  ];
}

/** The address, if it leads into the web or to a page of this very server; else nothing. */
function openable(address) {
  const own = address.startsWith("/");
  if (!own && !/^https?:\/\//i.test(address)) return "";
  try {
    const { href, origin } = new URL(address, location.origin);
    return own && origin !== location.origin ? "" : href; // "//elsewhere.example" begins with a stroke too
  } catch {
    return "";
  }
}

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

/** What leads on most directly is drawn strongest, what deletes is marked. Meaning never hangs on either. */
const MAIN = /^(begin:|case:(open|take|message):|decide:(open|agree):|draft:[^:]+:(write|review|send|carry-on)\b)/;
const DELETES = /^(replace:|draft:[^:]+:cancel-yes|mine:withdraw-yes:)/;
const FEW_REPORTS = 2; // so many ways to report stand out; a list of all of them is a list

function looks(value, reports, host) {
  if (value.startsWith("report:")) return reports ? "press report main" : "press";
  if (host.private && value.startsWith("case:open:")) return "press"; // the way back to it
  if (MAIN.test(value)) return "press main";
  return DELETES.test(value) ? "press deletes" : "press";
}

/** The real buttons. They stay usable, so that an older answer can be taken up again. */
function wayOn(block, { host }) {
  const isReport = ({ value }) => value.startsWith("report:");
  const reports = block.options.every(isReport) && block.options.length <= FEW_REPORTS;
  const node = group(block, "choices");
  for (const option of block.options) {
    const press = () => host.press(option.label, { kind: "choice", value: option.value });
    const shown = reports ? [icon("report"), option.label] : [el("span", null, option.label), icon("on")];
    node.append(button(looks(option.value, reports, host), press, ...shown));
  }
  return node;
}

/** Ways out of where one is, as an aside. */
function ways(block, { host }) {
  const node = group(block, "quiet");
  for (const { label, value } of block.options) {
    node.append(button("aside", () => host.press(label, { kind: "choice", value }), label));
  }
  return node;
}

/** Feedback: an aside that turns into its own thank-you. Its exchange is kept with the reply that it judges. */
function aside(block, { host, item, at }) {
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
      node.replaceChildren(...prompt, chosen, standing(given, () => host.deliver(given)));
    }
    if (held) node.querySelector("[tabindex]")?.focus({ preventScroll: true });
  };
  const give = ({ label, value }) => {
    const given = { from: "feedback", text: label, event: newEvent({ kind: "choice", value }) };
    item.feedback = { ...item.feedback, [at]: given };
    host.track(given, draw);
    host.deliver(given);
  };
  draw();
  if (item.feedback?.[at]) host.track(item.feedback[at], draw);
  return node;
}
