// One person of the playground: their conversation, the list of what is theirs, and what is on its way to the server.

import { card, foldable, standing } from "./blocks.js";
import { Composer } from "./composer.js";
import { button, el, moveAmongTabs, showCount } from "./elements.js";
import { Home } from "./home.js";
import { call, memory, newEvent } from "./server.js";
import { PrivateWindow } from "./window.js";

const EVENT_PATIENCE = 60_000; // milliseconds; while the knowledge reloads, answers are slow, and late beats lost
const OWN_TEXT_FOLDS = 1_200; // characters
const ROOM_ABOVE = 8; // pixels
const AT_THE_END = 120; // pixels from the end of the conversation: somebody who reads there follows what arrives

// Leaving the page breaks off what is under way. That is no failure: it stays "waiting" and is sent when back.
let leaving = false;
addEventListener("pagehide", () => (leaving = true));
addEventListener("pageshow", () => (leaving = false));

const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Panel {
  private = false;
  judges = true; // feedback is thanked for in its place

  /** `reached` is told whether the server answered, `close` takes the panel out of the page, `news` that some came. */
  constructor({ person, number, assistant, reached, close, news }) {
    Object.assign(this, { person, assistant, reached, news });
    this.items = memory.get(`said:${person.id}`, []);
    this.unread = memory.get(`unread:${person.id}`, 0);
    this.resumed = this.items.filter(({ state }) => state === "waiting");
    this.queue = Promise.resolve(); // a person's events reach the server in the order in which they were made
    this.redraw = new Map(); // exchange -> what shows its standing anew
    this.node = document.getElementById("panel").content.firstElementChild.cloneNode(true);
    const find = (selector) => this.node.querySelector(selector);
    [this.log, this.heading] = [find(".log"), find("h2")];
    this.composer = new Composer(this, find(".composer"));
    this.window = new PrivateWindow(this);
    this.home = new Home(this, find(".home"), () => this.counted());
    this.name(find, number);
    this.wire(find, close);
    try {
      this.log.append(...this.items.map((item) => this.draw(item)));
    } catch (error) {
      console.warn("What this tab kept is of an older form; the conversation starts anew.", error);
      this.items = [];
      this.redraw.clear();
    }
    this.look("chat");
  }

  name(find, number) {
    const { id, name, about } = this.person;
    this.node.id = `panel-${id}`;
    this.node.dataset.person = id;
    this.heading.textContent = name;
    this.heading.id = `name-${id}`;
    find(".place").textContent = about ?? "";
    find(".face").textContent = (name.match(/(?<!\S)\p{Lu}/gu) ?? []).slice(0, 2).join(""); // "Head Baker": HB
    find(".face").classList.add(`tint-${number % 5}`);
    find(".clear .unseen").textContent = ` the conversation of ${name}`;
    find(".close .unseen").textContent = `Close ${name}`;
    this.log.setAttribute("aria-label", `Conversation of ${name}`);
    find(".views").setAttribute("aria-label", `What ${name} sees`);
    this.views = [...this.node.querySelectorAll("[data-view]")];
    for (const tab of this.views) {
      const part = find(`.${tab.dataset.view}`);
      [tab.id, part.id] = [`${tab.dataset.view}-tab-${id}`, `${tab.dataset.view}-${id}`];
      tab.setAttribute("aria-controls", part.id);
      part.setAttribute("aria-labelledby", tab.id);
    }
  }

  wire(find, close) {
    find(".clear").addEventListener("click", () => this.clear());
    find(".refresh").addEventListener("click", () => this.home.refresh());
    find(".close").addEventListener("click", () => close(this.person.id));
    for (const tab of this.views) tab.addEventListener("click", () => this.look(tab.dataset.view));
    find(".views").addEventListener("keydown", (event) =>
      moveAmongTabs(event, this.views, (tab) => (this.look(tab.dataset.view), tab.focus())));
    for (const kind of ["pointerdown", "focusin"]) find(".chat").addEventListener(kind, () => this.seen());
  }

  /** Show the conversation ("chat") or the list ("home"). */
  look(view) {
    this.view = view;
    for (const tab of this.views) {
      const chosen = tab.dataset.view === view;
      tab.setAttribute("aria-selected", chosen);
      tab.tabIndex = chosen ? 0 : -1;
      this.node.querySelector(`.${tab.dataset.view}`).hidden = !chosen;
    }
    this.node.querySelector(".clear").hidden = view !== "chat";
    this.node.querySelector(".refresh").hidden = view !== "home";
    if (view === "home") this.home.enter();
  }

  /** Called once the panel is in the page. What was on its way when the page was left is sent again, under its key. */
  opened() {
    this.composer.opened();
    for (const exchange of this.resumed.splice(0)) if (this.redraw.has(exchange)) this.deliver(exchange);
    if (!this.items.length) this.welcome();
    this.home.refresh();
    this.latest();
    this.counted();
  }

  focus() {
    if (this.view === "chat") this.log.focus({ preventScroll: true });
    else this.views.find((tab) => tab.tabIndex === 0).focus();
  }

  /** Put the focus on the latest reply, so that what is offered there is next. */
  focusLatest() {
    const latest = [...this.log.children].findLast((node) => node.matches(".reply"));
    latest.tabIndex = -1;
    latest.focus({ preventScroll: true });
  }

  welcome() {
    this.add({ from: "opened", event: newEvent({ kind: "opened" }) });
  }

  /** Show what the person said or pressed at once, and send it. */
  press(text, what) {
    this.add({ from: "me", text, event: newEvent(what) });
  }

  /** Send something that has no place of its own in the conversation. */
  pass(exchange) {
    this.track(exchange, () => {});
    this.deliver(exchange);
  }

  add(item) {
    this.log.querySelector(".empty")?.remove();
    this.items.push(item);
    this.log.append(this.draw(item));
    this.deliver(item);
    this.scroll(this.log.scrollHeight);
  }

  /** A letter came: nobody asked for it just now. */
  letter({ at, message }) {
    const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < AT_THE_END;
    const item = { from: "assistant", sentAt: at, message };
    this.log.querySelector(".empty")?.remove();
    this.items.push(item);
    const node = this.draw(item);
    this.log.append(node);
    this.keep();
    this.unseen(1);
    if (!this.node.isConnected) return;
    this.home.refresh();
    if (atEnd) this.reveal(node);
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
    const edit = item.event?.kind === "text" && (() => this.edit(item, node));
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
        const answer = await call("/api/event", EVENT_PATIENCE, { person: this.person.id, ...exchange.event });
        this.reached(true);
        if (!this.redraw.has(exchange)) return;
        exchange.state = "sent";
        this.answered(exchange, answer);
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
    this.keep();
  }

  keep() {
    memory.set(`said:${this.person.id}`, this.items);
  }

  answered(exchange, { replies, hide }) {
    if (exchange.from !== "list") this.news({ asked: true }); // letters may have gone out
    const shown = replies.filter((message) => !message.private);
    const inWindow = replies.find((message) => message.private);
    if (hide) this.hide(exchange, shown);
    else if (exchange.take) exchange.take(replies);
    else if (exchange.from !== "feedback" || !this.thanked(exchange, shown)) this.place(exchange, shown, inWindow);
    if (inWindow) this.window.show(inWindow);
    else if (exchange.from === "window") this.window.finish(shown.length > 0);
    if (["window", "home", "closed", "list"].includes(exchange.from)) this.redraw.delete(exchange);
    if (exchange.from !== "list" && ["form", "choice"].includes(exchange.event.kind)) this.home.refresh();
    delete exchange.event.ticked;
  }

  /** Feedback turns into its own thank-you, unless the answer is more than a sentence. */
  thanked(exchange, shown) {
    const plain = shown.every(({ blocks }) => blocks.every(({ type }) => type === "paragraph"));
    exchange.thanks = plain ? shown.map(({ summary }) => summary).join(" ") : `You said: ${exchange.text}.`;
    return plain;
  }

  /** Put replies into the conversation, after what they answer. */
  place(exchange, shown, inWindow) {
    if (exchange.from === "home" && shown.length) this.fromHome(exchange);
    if (exchange.from === "window" && shown.length) this.look("chat"); // it may have been opened from the list
    const at = this.items.indexOf(exchange); // feedback has no place of its own; what it brings up comes last
    const before = at < 0 ? undefined : this.log.children[at];
    const added = shown.map((message) => ({ from: "assistant", message }));
    const cards = added.map((item) => this.draw(item));
    this.items.splice(at < 0 ? this.items.length : at + 1, 0, ...added);
    if (before) before.after(...cards);
    else this.log.append(...cards);
    const leavesNothing = exchange.from === "me" && inWindow && !shown.length; // only a private window came of it
    if (leavesNothing) this.remove(exchange, before);
    else this.changed(exchange);
    if (this.node.hidden) this.unseen(cards.length);
    if (cards.length && exchange.from !== "opened") this.reveal(cards[0]);
  }

  /** What was pressed in the list goes on in the conversation. */
  fromHome({ text, event }) {
    this.look("chat");
    this.views.find((tab) => tab.tabIndex === 0).focus();
    const item = { from: "me", text, state: "sent", event };
    this.log.querySelector(".empty")?.remove();
    this.items.push(item);
    this.log.append(this.draw(item));
  }

  /** Everything said so far gives way to a neutral line; what was said since is still on its way. */
  hide(exchange, shown) {
    const since = this.items.slice(this.items.indexOf(exchange) + 1 || this.items.length);
    this.items = [...shown.map((message) => ({ from: "assistant", message })), ...since];
    this.redraw.clear();
    this.log.replaceChildren(...this.items.map((item) => this.draw(item)));
    this.composer.empty();
    this.home.clear();
    this.look("chat");
    this.seen();
    this.keep();
    if (document.activeElement === document.body) this.focus(); // the button that was pressed is gone
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
    this.remove(item, node);
    this.composer.takeBack(item.text);
  }

  remove(item, node) {
    this.items.splice(this.items.indexOf(item), 1);
    this.redraw.delete(item);
    node.remove();
    this.keep();
  }

  /** The playground answers again. A greeting or a list is nobody's decision, so it needs no "Try again". */
  recovered() {
    if (this.home.asked?.state === "failed") this.home.refresh();
    for (const item of this.items) if (item.from === "opened" && item.state === "failed") this.deliver(item);
  }

  clear() {
    this.items = [];
    this.redraw.clear();
    this.keep();
    this.log.replaceChildren(el("div", { class: "empty" }, el("p", null, "Cleared. Ask something new below."),
      button("small", () => (this.welcome(), this.composer.focus()), "Show the welcome")));
    this.composer.focus();
  }

  unseen(number) {
    this.unread += number;
    this.counted();
  }

  seen() {
    if (!this.unread) return;
    this.unread = 0;
    this.counted();
  }

  /** Show the numbers on the tabs: letters not looked at yet, and reports in the list. */
  counted() {
    memory.set(`unread:${this.person.id}`, this.unread);
    showCount(this.node.querySelector(".unread-count"), this.unread, "new");
    showCount(this.node.querySelector(".home-count"), this.home.count, "in the list");
    this.node.classList.toggle("has-news", this.unread > 0);
    this.news({ asked: false });
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
