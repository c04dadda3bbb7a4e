// The blocks that people write and tick in, and what they wrote: mostly in private windows. `host` is where a block
// stands (a conversation, a private window); what is sent goes through its `press`.

import { button, el } from "./elements.js";

const NEAR_LIMIT = 0.9; // of the limit; from here on the counter shows

let made = 0;
const newId = () => `field-${(made += 1)}`;

/** A labelled box for the person's own words. Outside private windows only its label is shown. */
export function textbox(block, { host }) {
  if (!host.private) return el("p", { class: "text" }, block.label);
  const [id, counter] = [newId(), newId()];
  const area = el("textarea", { id, rows: "7", "data-testid": "textbox", "aria-describedby": counter });
  area.value = block.text;
  const count = el("p", { class: "counter", id: counter, role: "status" });
  const counted = () => showCount(count, area, block.limit);
  area.addEventListener("input", counted);
  counted();
  const send = () => host.press(block.send, { kind: "form", form: block.form, text: area.value });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
  });
  const label = el("label", { for: id, class: block.label === host.heading ? "unseen" : "label" }, block.label);
  return form(send, label, area, count, sendButton(block));
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
  const boxes = block.options.map(({ value }) => el("input", { type: "checkbox", value, id: newId() }));
  boxes.forEach((box) => (box.checked = block.ticked.includes(box.value)));
  const rows = block.options.map(({ label }, row) =>
    el("label", { class: "tick", for: boxes[row].id }, boxes[row], el("span", null, label)));
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
  return form(send, list, submit);
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

function form(send, ...parts) {
  const node = el("form", { class: "filling", novalidate: "" }, ...parts);
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  return node;
}

const sendButton = (block) => el("button", { class: "press main", "data-testid": "send-form" }, block.send);
