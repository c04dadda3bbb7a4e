// One person of the playground: their conversation, the box they write in, and what is on its way to the server.

import { button, card, el, foldable, standing } from "./blocks.js";
import { call, memory, newEvent } from "./server.js";

const EVENT_PATIENCE = 60_000; // milliseconds; while the knowledge reloads, answers are slow, and late beats lost
const OWN_TEXT_FOLDS = 1_200; // characters
const ROOM_ABOVE = 8; // pixels

// Leaving the page breaks off what is under way. That is no failure: it stays "waiting" and is sent when back.
let leaving = false;
addEventListener("pagehide", () => (leaving = true));
addEventListener("pageshow", () => (leaving = false));

const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Panel {
  /** `reached` is told whether the server answered, `close` takes the panel out of the page. */
  constructor({ person, number, assistant, reached, close }) {
    Object.assign(this, { person, assistant, reached });
    this.items = memory.get(`said:${person.id}`, []);
    this.queue = Promise.resolve(); // a person's events reach the server in the order in which they were made
    this.redraw = new Map(); // exchange -> what shows its standing anew
    this.node = document.getElementById("panel").content.firstElementChild.cloneNode(true);
    this.node.id = `panel-${person.id}`;
    this.node.dataset.person = person.id;
    const find = (selector) => this.node.querySelector(selector);
    [this.log, this.input, this.heading] = [find(".log"), find("textarea"), find("h2")];
    this.name(find, number);
    find(".clear").addEventListener("click", () => this.clear());
    find(".close").addEventListener("click", () => close(person.id));
    find("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.input.addEventListener("input", () => this.drafted());
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.send();
    });
    try {
      this.log.append(...this.items.map((item) => this.draw(item)));
    } catch (error) {
      console.warn("What this tab kept is of an older form; the conversation starts anew.", error);
      this.items = [];
      this.redraw.clear();
    }
  }

  name(find, number) {
    const { id, name } = this.person;
    this.heading.textContent = name;
    this.heading.id = `name-${id}`;
    find(".face").textContent = (name.match(/(?<!\S)\p{Lu}/gu) ?? []).slice(0, 2).join(""); // "Head Baker": HB
    find(".face").classList.add(`tint-${number % 5}`);
    find(".clear .unseen").textContent = ` the conversation of ${name}`;
    find(".close .unseen").textContent = `Close ${name}`;
    this.log.setAttribute("aria-label", `Conversation of ${name}`);
    this.input.id = `input-${id}`;
    find("label").htmlFor = this.input.id;
    find("label").textContent = `Your question, as ${name}`;
  }

  /** Called once the panel is in the page. What was on its way when the page was left is sent again, under its key. */
  opened() {
    this.input.value = memory.get(`draft:${this.person.id}`, "");
    this.grow();
    for (const exchange of this.redraw.keys()) if (exchange.state === "waiting") this.deliver(exchange);
    if (!this.items.length) this.welcome();
    this.latest();
  }

  welcome() {
    this.add({ from: "opened", event: newEvent({ kind: "opened" }) });
  }

  send() {
    const text = this.input.value;
    if (!text.trim()) return this.input.focus();
    this.input.value = "";
    this.drafted();
    this.say(text, { kind: "text", text });
  }

  /** Show what the person said at once, and send it. */
  say(text, what) {
    this.add({ from: "me", text, event: newEvent(what) });
  }

  add(item) {
    this.log.querySelector(".empty")?.remove();
    this.items.push(item);
    this.log.append(this.draw(item));
    this.deliver(item);
    this.scroll(this.log.scrollHeight);
  }

  track(exchange, draw) {
    this.redraw.set(exchange, draw);
  }

  draw(item) {
    if (item.from === "assistant") return card(item, this.assistant, this);
    const node = el("div", { class: item.from === "opened" ? "turn greeting" : "turn" });
    if (item.from === "me") {
      node.append(el("div", { class: "mine", "data-testid": "message", "data-from": "person" },
        el("span", { class: "unseen" }, "You: "), foldable(item.text, OWN_TEXT_FOLDS)));
    }
    const again = () => this.again(item, node);
    const edit = item.event.kind === "text" && (() => this.edit(item, node));
    const shown = () => standing(item, again, edit);
    node.append(shown());
    this.track(item, () => node.lastElementChild.replaceWith(shown()));
    return node;
  }

  /** Send an exchange's event after those before it, and put the replies where they belong. */
  deliver(exchange) {
    exchange.state = "waiting";
    this.changed(exchange);
    this.queue = this.queue.then(async () => {
      if (!this.redraw.has(exchange)) return; // cleared meanwhile
      try {
        const { replies } = await call("/api/event", EVENT_PATIENCE, { person: this.person.id, ...exchange.event });
        this.reached(true);
        if (!this.redraw.has(exchange)) return;
        exchange.state = "sent";
        this.answered(exchange, replies);
      } catch (error) {
        if (leaving) return;
        if (error.unreachable) this.reached(false);
        exchange.state = "failed";
        exchange.problem = error.message;
      }
      if (!this.redraw.has(exchange)) return;
      this.changed(exchange);
      if (exchange.state === "failed" && exchange === this.items.at(-1)) this.scroll(this.log.scrollHeight);
    });
  }

  changed(exchange) {
    this.redraw.get(exchange)();
    memory.set(`said:${this.person.id}`, this.items);
  }

  answered(exchange, replies) {
    const plain = replies.every(({ blocks }) => blocks.every(({ type }) => type === "paragraph"));
    if (exchange.from === "feedback") {
      exchange.thanks = plain ? replies.map(({ summary }) => summary).join(" ") : `You said: ${exchange.text}.`;
      if (plain) return;
    }
    const added = replies.map((message) => ({ from: "assistant", message }));
    const at = this.items.indexOf(exchange); // feedback has no place of its own; what it brings up comes last
    const before = at < 0 ? undefined : this.log.children[at];
    const cards = added.map((item) => this.draw(item));
    this.items.splice(at < 0 ? this.items.length : at + 1, 0, ...added);
    if (before) before.after(...cards);
    else this.log.append(...cards);
    this.changed(exchange);
    if (this.node.hidden) document.getElementById(`tab-${this.person.id}`)?.classList.add("unread");
    if (cards.length && exchange.from !== "opened") this.reveal(cards[0]);
  }

  /** Once more under the same key, as the latest thing said. */
  again(item, node) {
    this.items.push(...this.items.splice(this.items.indexOf(item), 1));
    this.log.append(node);
    this.log.focus({ preventScroll: true });
    this.deliver(item);
    this.scroll(this.log.scrollHeight);
  }

  /** Back into the box: the only way on for a text that the server will not take as it is. */
  edit(item, node) {
    this.items.splice(this.items.indexOf(item), 1);
    this.redraw.delete(item);
    node.remove();
    memory.set(`said:${this.person.id}`, this.items);
    this.input.value = [item.text, this.input.value].filter(Boolean).join("\n");
    this.drafted();
    this.input.focus();
  }

  /** The playground answers again. A greeting is nobody's decision, so it needs no "Try again". */
  recovered() {
    for (const item of this.items) if (item.from === "opened" && item.state === "failed") this.deliver(item);
  }

  clear() {
    this.items = [];
    this.redraw.clear();
    memory.set(`said:${this.person.id}`, this.items);
    this.log.replaceChildren(el("div", { class: "empty" }, el("p", null, "Cleared. Ask something new below."),
      button("small", () => (this.welcome(), this.input.focus()), "Show the welcome")));
    this.input.focus();
  }

  drafted() {
    memory.set(`draft:${this.person.id}`, this.input.value);
    this.grow();
  }

  grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.input.style.height = "auto";
    if (this.input.scrollHeight) this.input.style.height = `${this.input.scrollHeight}px`;
  }

  scroll(top, behavior = calm.matches ? "instant" : "smooth") {
    this.log.scrollTo({ top, behavior });
  }

  /** Show the start of a reply; a short question stays in sight above it. */
  reveal(node, behavior) {
    const asked = node.previousElementSibling;
    const from = asked?.matches(".turn") && asked.offsetHeight < this.log.clientHeight / 4 ? asked : node;
    this.scroll(from.offsetTop - ROOM_ABOVE, behavior);
  }

  latest() {
    const last = [...this.log.children].findLast((node) => node.matches(".reply")) ?? this.log.lastElementChild;
    if (last) this.reveal(last, "instant");
  }
}
