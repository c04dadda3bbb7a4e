// The blocks that people write and tick in, and what they wrote: mostly in private windows. `host` is where a block
// stands (a conversation, a private window); what is sent goes through its `press`. The form block is in fields.js.

import { button, el } from "./elements.js";

/** The types of blocks that are sent: closing a window with one in it unsent is told to the server. */
export const FORMS = ["textbox", "ticks", "form"];

const NEAR_LIMIT = 0.9; // of the limit; from here on the counter shows

let made = 0;
export const newId = () => `field-${(made += 1)}`;

/** A labelled box for the person's own words. Outside private windows only its label is shown. */
export function textbox(block, { host }) {
  if (!host.private) return el("p", { class: "text" }, block.label);
  const id = newId();
  const { area, count } = writable(block.text, block.limit, { id, rows: "7", "data-testid": "textbox" });
  const send = () => host.press(block.send, { kind: "form", form: block.form, text: area.value });
  const label = el("label", { for: id, class: block.label === host.heading ? "unseen" : "label" }, block.label);
  return filling(block, send, label, area, count, sendButton(block));
}

/** A box to write in with its counter. Control (or command) and Enter send the form that it is in. */
export function writable(text, limit, { "aria-describedby": help, ...attributes }) {
  const count = el("p", { class: "counter", id: newId(), role: "status" });
  const described = help ? `${help} ${count.id}` : count.id;
  const area = el("textarea", { ...attributes, "aria-describedby": described });
  area.value = text;
  const counted = () => showCount(count, area, limit);
  area.addEventListener("input", counted);
  counted();
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) area.form.requestSubmit();
  });
  return { area, count };
}

/** Said only near the limit, and in characters as the server counts them. Nothing is cut off while writing. */
function showCount(count, area, limit) {
  const left = limit - [...area.value].length;
  const characters = (number) => `${number.toLocaleString("en-GB")} ${number === 1 ? "character" : "characters"}`;
  count.classList.toggle("over", left < 0);
  area.setAttribute("aria-invalid", left < 0);
  if (left < 0) count.textContent = `${characters(-left)} too many`;
  else count.textContent = left <= limit * (1 - NEAR_LIMIT) ? `${characters(left)} left` : "";
}

/** A labelled list to tick. In a conversation it goes quiet once it is sent; a private window is replaced anyway. */
export function ticks(block, { host, item, at }) {
  const { boxes, rows } = tickable(block.options, block.ticked, { type: "checkbox" });
  const named = block.label === host.heading ? "unseen" : "label";
  const legend = el("legend", { tabindex: "-1", class: named }, block.label);
  const list = el("fieldset", { "data-testid": "ticks" }, legend, ...rows);
  const submit = sendButton(block);
  const quieten = () => {
    list.disabled = true;
    submit.remove();
  };
  const send = () => {
    const ticked = boxes.filter((box) => box.checked).map((box) => box.value);
    host.press(block.send, { kind: "form", form: block.form, ticked });
    if (host.private) return;
    item.quiet = { ...item.quiet, [at]: true };
    quieten();
    legend.focus({ preventScroll: true });
  };
  if (item?.quiet?.[at]) quieten();
  return filling(block, send, list, submit);
}

/** A box for each option (or a radio button), those in `picked` ticked, and the row it stands in with its label. */
export function tickable(options, picked, attributes) {
  const boxes = options.map(({ value }) => el("input", { ...attributes, value, id: newId() }));
  boxes.forEach((box) => (box.checked = picked.includes(box.value)));
  const rows = options.map(({ label }, row) =>
    el("label", { class: "tick", for: boxes[row].id }, boxes[row], el("span", null, label)));
  return { boxes, rows };
}

/** Something that somebody wrote, and what can be done about it. */
export function written(block, { host, level }) {
  const ways = block.options.map(({ label, value }) => {
    const way = button("small", () => host.press(label, { kind: "choice", value }), label);
    way.setAttribute("aria-label", `${label}: ${block.label}`);
    return way;
  });
  return el("section", { class: "written", "data-testid": "written" },
    el(`h${level}`, null, block.label),
    el("p", { class: "text" }, block.text),
    ...(ways.length ? [el("div", { class: "ways" }, ...ways)] : []));
}

/** The form around the parts of a block. The server checks what is in it, and answers with the form again. */
export function filling(block, send, ...parts) {
  const node = el("form", { class: "filling", novalidate: "", "data-form": block.form }, ...parts);
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  return node;
}

export const sendButton = (block) => el("button", { class: "press main", "data-testid": "send-form" }, block.send);
