// A private window of one person: the modal dialog in which stories are written and cases are read. Nothing of it
// goes into the conversation or into what the tab remembers; closed, it is empty.

import { drawn } from "./blocks.js";
import { button, el, icon } from "./elements.js";
import { FORMS } from "./forms.js";
import { newEvent } from "./server.js";

export class PrivateWindow {
  private = true;

  constructor(panel) {
    this.panel = panel;
    this.node = document.getElementById("window").content.firstElementChild.cloneNode(true);
    const find = (selector) => this.node.querySelector(selector);
    [this.title, this.problem, this.body] = [find("h2"), find(".problem"), find(".body")];
    [this.scroller, this.sending] = [find(".scroller"), find(".sending")];
    find(".for").textContent = panel.person.name;
    this.title.id = `window-${panel.person.id}`;
    this.node.setAttribute("aria-labelledby", this.title.id);
    this.node.dataset.window = panel.person.id;
    find(".close").addEventListener("click", () => this.node.close());
    this.node.addEventListener("close", () => this.closed());
    // What was sent must not change under way: a failure shows it again as it was sent.
    this.body.addEventListener("click", (event) => this.waiting && event.preventDefault(), { capture: true });
    document.body.append(this.node);
  }

  get waiting() {
    return this.exchange?.state === "waiting";
  }

  get heading() {
    return this.title.textContent;
  }

  /** Show a private message, in place of what was in the window. */
  show(message) {
    this.empty();
    this.holdsForm = message.blocks.some(({ type }) => FORMS.includes(type));
    this.title.textContent = message.summary;
    this.body.replaceChildren(...drawn(message, { host: this }));
    this.open();
    this.body.querySelector("[role=alert]")?.scrollIntoView({ block: "nearest" }); // what was wrong with a form
  }

  open() {
    if (!this.node.open) this.node.showModal();
    this.scroller.scrollTop = 0;
    this.title.focus({ preventScroll: true });
  }

  /** Something was pressed or sent. The same content once more goes under the same key, changed content does not. */
  press(_, what) {
    if (this.waiting) return;
    const same = this.exchange?.state === "failed" && JSON.stringify(this.what) === JSON.stringify(what);
    this.what = what;
    this.send(same ? this.exchange : { from: "window", event: newEvent(what) });
  }

  send(exchange) {
    this.exchange = exchange;
    this.panel.track(exchange, () => this.standing(exchange));
    this.panel.deliver(exchange);
  }

  standing(exchange) {
    if (exchange !== this.exchange) return;
    this.node.classList.toggle("busy", this.waiting);
    this.body.setAttribute("aria-busy", this.waiting);
    for (const area of this.body.querySelectorAll("textarea")) area.readOnly = this.waiting;
    this.sending.textContent = this.waiting ? "Sending" : "";
    this.problem.replaceChildren();
    if (exchange.state !== "failed") return;
    this.open(); // also if it was closed meanwhile: what was written is still here, and not sent
    const said = el("span", null, el("strong", null, "Not sent."), " ", exchange.problem);
    this.problem.append(el("p", { class: "failed" }, icon("alarm"), said),
      button("small", () => this.again(exchange), "Try again"));
  }

  /** A form is sent as it is filled in now, which may have changed since. */
  again(exchange) {
    const forms = [...this.body.querySelectorAll("form")];
    const form = forms.find(({ dataset }) => dataset.form === exchange.event.form);
    if (form) form.requestSubmit();
    else this.send(exchange);
  }

  /**
   * What was done in the window has been answered, and not by another private message. If by something in the
   * conversation, the focus goes there: back at the question before, the next press would be one for that.
   */
  finish(answeredInChat) {
    this.empty();
    if (this.node.open) this.node.close();
    if (answeredInChat) this.panel.focusLatest();
  }

  closed() {
    if (this.node.open || this.waiting) return; // shown again already, or still on its way
    const left = this.holdsForm;
    this.empty();
    if (!this.panel.node.contains(document.activeElement)) this.panel.focus();
    if (left) this.panel.pass({ from: "closed", event: newEvent({ kind: "closed" }) });
  }

  empty() {
    [this.exchange, this.what, this.holdsForm] = [undefined, undefined, false];
    this.node.classList.remove("busy");
    this.body.setAttribute("aria-busy", "false");
    this.sending.textContent = "";
    this.problem.replaceChildren();
    this.body.replaceChildren();
  }
}
