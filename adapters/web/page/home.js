// What is one person's: reports they sent and cases that wait for them, as the server lists them; and other lists of
// cases, which are asked for in this one and take its place.

import { drawn, standing } from "./blocks.js";
import { el } from "./elements.js";
import { newEvent } from "./server.js";

const OPENS = /^(case:open|decide:open|mine:show):/; // and the reference follows
const LIST = /^(list:|home$)/; // buttons that lead to another list, and back to the first
const FIRST = "home";

export class Home {
  /** `counted` is called when the number of reports in the first list is known anew. */
  constructor(panel, node, counted) {
    Object.assign(this, { panel, node, counted, count: 0, wanted: FIRST });
    [this.list, this.status] = [node.querySelector(".list"), node.querySelector(".status")];
  }

  /** Come here from elsewhere: always to the first list. */
  enter() {
    this.wanted = FIRST;
    this.refresh();
  }

  /** Ask for what is shown, and always for the number of reports. What is shown stays until the answer is here. */
  refresh() {
    if (this.asked?.state !== "waiting") this.asked = this.ask(FIRST);
    if (this.wanted !== FIRST && !this.node.hidden) this.ask(this.wanted);
  }

  press(label, what) {
    if (what.kind !== "choice" || !LIST.test(what.value)) {
      this.send({ from: "home", text: label, event: newEvent(what) });
      return;
    }
    this.wanted = what.value;
    this.ask(what.value, { pressed: true });
  }

  ask(list, how) {
    const what = list === FIRST ? { kind: "home" } : { kind: "choice", value: list };
    const exchange = { ...how, from: "list", event: newEvent(what), take: (replies) => this.take(list, replies) };
    this.send(exchange);
    return exchange;
  }

  send(exchange) {
    this.panel.track(exchange, () => this.standing(exchange));
    this.panel.deliver(exchange);
  }

  standing(exchange) {
    const asked = exchange.from === "list" && !exchange.pressed;
    const silent = asked && exchange.state === "waiting" && this.list.hasChildNodes();
    this.status.replaceChildren(silent ? "" : standing(exchange, () => this.send(exchange)));
  }

  take(list, replies) {
    const message = replies.find((reply) => !reply.private);
    this.status.replaceChildren();
    if (!message) return;
    if (list === FIRST) this.counts(message);
    if (list === this.wanted) this.show(list, message);
  }

  /** A case can stand in two lists (overdue, and mine) and is one all the same. */
  counts({ blocks }) {
    const opening = blocks.flatMap((block) => block.options ?? []).filter(({ value }) => OPENS.test(value));
    this.count = new Set(opening.map(({ value }) => value.replace(OPENS, ""))).size;
    this.counted();
  }

  show(list, message) {
    const content = JSON.stringify([list, message]);
    if (content === this.content) return; // untouched while unchanged: nobody loses their place
    const held = this.list.contains(document.activeElement);
    this.list.replaceChildren(...cases(message, drawn(message, { host: this })));
    if (list !== this.shown) this.node.scrollTop = 0;
    if (held) this.node.focus({ preventScroll: true });
    [this.shown, this.content] = [list, content];
  }

  /** Forget the list, as if it had never been asked for. */
  clear() {
    Object.assign(this, { count: 0, wanted: FIRST, content: undefined });
    this.list.replaceChildren();
    this.status.replaceChildren();
    this.counted();
  }
}

/** The facts about a report and the buttons under them are one card; the words above the first are a heading. */
function cases({ blocks }, nodes) {
  const grouped = [];
  nodes.forEach((node, at) => {
    const [before, { type, text }, after] = [blocks[at - 1]?.type, blocks[at], blocks[at + 1]?.type];
    if (type === "facts") grouped.push(el("div", { class: "case", "data-testid": "case" }, node));
    else if (type === "choices" && before === "facts") grouped.at(-1).append(node);
    else if (type === "paragraph" && after === "facts") grouped.push(el("h3", null, text));
    else grouped.push(node);
  });
  return grouped;
}
