// The form block: several things to fill in and to send at once, in a private window.

import { el } from "./elements.js";
import { filling, newId, sendButton, tickable, writable } from "./forms.js";

const ROWS = { least: 2, most: 6 };
const CHARACTERS_A_ROW = 200; // so that a box for a sentence looks like one
const NO_ANSWER = { label: "No answer", value: "" }; // a radio button once picked cannot be unpicked

/** Fields under each other and one button. Outside private windows only the message's summary is shown. */
export function fillable(block, { host }) {
  if (!host.private) return el("p", { class: "text" }, block.text);
  const fields = block.fields.map((field) => ({ name: field.name, ...FIELDS[field.kind](field) }));
  const send = () => {
    const filled = Object.fromEntries(fields.map(({ name, values }) => [name, values()]));
    host.press(block.send, { kind: "form", form: block.form, fields: filled });
  };
  return filling(block, send, ...fields.map(({ node }) => node), sendButton(block));
}

/** Each gives a field's element, and what is filled in there as a list. */
const FIELDS = { text: written, choice: (field) => picked(field, "radio"), many: (field) => picked(field, "checkbox") };

function written(field) {
  const id = newId();
  const help = helping(field);
  const rows = Math.min(Math.max(Math.ceil(field.limit / CHARACTERS_A_ROW), ROWS.least), ROWS.most);
  const attributes = { id, rows, "aria-required": !field.optional, ...described(help) };
  const { area, count } = writable(field.value.join("\n"), field.limit, attributes);
  const label = el("label", { class: "label", for: id }, ...labelled(field));
  const node = el("div", { class: "field", "data-field": field.name }, label, ...help, area, count);
  return { node, values: () => (area.value.trim() ? [area.value] : []) };
}

function picked(field, type) {
  const help = helping(field);
  const [one, free] = [type === "radio", type === "radio" && field.optional];
  const options = free ? [...field.options, NO_ANSWER] : field.options;
  const already = free && !field.value.length ? [NO_ANSWER.value] : field.value;
  const { boxes, rows } = tickable(options, already, { type, name: field.name });
  const required = one ? { role: "radiogroup", "aria-required": !field.optional } : {};
  const node = el("fieldset", { class: "field", "data-field": field.name, ...required, ...described(help) },
    el("legend", { class: "label" }, ...labelled(field)), ...help, ...rows);
  return { node, values: () => boxes.filter((box) => box.checked && box.value).map((box) => box.value) };
}

const labelled = ({ label, optional }) =>
  optional ? [label, " ", el("span", { class: "optional" }, "(optional)")] : [label];

const helping = ({ help }) => (help ? [el("p", { class: "help", id: newId() }, help)] : []);

const described = ([help]) => (help ? { "aria-describedby": help.id } : {});
