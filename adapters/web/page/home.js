// What is one person's: reports they sent and cases that wait for them, as the server lists them.

import { drawn, standing } from "./blocks.js";
import { el } from "./elements.js";
import { newEvent } from "./server.js";

const OPENS = /^(case:open|mine:show):/;

export class Home {
  /** `counted` is called when the number of reports in the list is known anew. */
  constructor(panel, node, counted) {
    Object.assign(this, { panel, node, counted, count: 0 });
    [this.list, this.status] = [node.querySelector(".list"), node.querySelector(".status")];
  }

  /** Ask for the list. What is shown stays until the answer is here. */
  refresh() {
    if (this.asked?.state === "waiting") return;
    this.asked = { from: "list", event: newEvent({ kind: "home" }), take: ([message]) => this.show(message) };
    this.send(this.asked);
  }

  press(label, what) {
    this.send({ from: "home", text: label, event: newEvent(what) });
  }

  send(exchange) {
    this.panel.track(exchange, () => this.standing(exchange));
    this.panel.deliver(exchange);
  }

  standing(exchange) {
    const silent = exchange.from === "list" && exchange.state === "waiting" && this.list.hasChildNodes();
    this.status.replaceChildren(silent ? "" : standing(exchange, () => this.send(exchange)));
  }

  show(message) {
    if (!message) return;
    const options = message.blocks.flatMap((block) => block.options ?? []);
    this.count = options.filter(({ value }) => OPENS.test(value)).length;
    this.list.replaceChildren(...cases(message, drawn(message, { host: this })));
    this.counted();
  }

  /** Forget the list, as if it had never been asked for. */
  clear() {
    this.count = 0;
    this.list.replaceChildren();
    this.status.replaceChildren();
    this.counted();
  }
}

/** The facts about a report and the buttons under them are one card. */
function cases({ blocks }, nodes) {
  const grouped = [];
  nodes.forEach((node, at) => {
    if (blocks[at].type === "facts") grouped.push(el("div", { class: "case", "data-testid": "case" }, node));
    else if (blocks[at].type === "choices" && blocks[at - 1]?.type === "facts") grouped.at(-1).append(node);
    else grouped.push(node);
  });
  return grouped;
}
