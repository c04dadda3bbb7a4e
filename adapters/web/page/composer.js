// The box a person writes in. A file that is offered is noticed and never read, not even its name.

import { memory } from "./server.js";

const OFFERED = "I offered a file. It was not read.";

export class Composer {
  constructor(panel, node) {
    Object.assign(this, { panel, node, draft: `draft:${panel.person.id}` });
    const { id, name } = panel.person;
    this.input = node.querySelector("textarea");
    this.input.id = `input-${id}`;
    node.querySelector("label").htmlFor = this.input.id;
    node.querySelector("label").textContent = `Your question, as ${name}`;
    node.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.input.addEventListener("input", () => this.changed());
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.send();
    });
    this.wireFiles(name);
  }

  wireFiles(name) {
    const [clip, picker] = [this.node.querySelector(".clip"), this.node.querySelector("input[type=file]")];
    clip.querySelector(".unseen").textContent = `Offer a file, as ${name}`;
    clip.addEventListener("click", () => picker.click());
    picker.addEventListener("change", () => {
      if (picker.files.length) this.offer();
      picker.value = "";
    });
    this.input.addEventListener("paste", (event) => {
      if (!event.clipboardData.types.includes("Files")) return;
      event.preventDefault();
      this.offer();
    });
    const { node } = this.panel;
    const carriesFile = (event) => event.dataTransfer?.types.includes("Files");
    node.addEventListener("dragover", (event) => {
      if (!carriesFile(event)) return;
      event.preventDefault();
      node.classList.add("dropping");
    });
    node.addEventListener("dragleave", ({ relatedTarget }) => {
      if (!node.contains(relatedTarget)) node.classList.remove("dropping");
    });
    node.addEventListener("drop", (event) => {
      node.classList.remove("dropping");
      if (!carriesFile(event)) return;
      event.preventDefault();
      this.offer();
    });
  }

  offer() {
    this.panel.look("chat");
    this.panel.press(OFFERED, { kind: "file" });
  }

  send() {
    const text = this.input.value;
    if (!text.trim()) return this.focus();
    this.empty();
    this.panel.press(text, { kind: "text", text });
  }

  /** Called once the panel is in the page: what was being written is still there. */
  opened() {
    this.input.value = memory.get(this.draft, "");
    this.grow();
  }

  /** A text that was not sent goes back into the box, ahead of what is being written. */
  takeBack(text) {
    this.input.value = [text, this.input.value].filter(Boolean).join("\n");
    this.changed();
    this.focus();
  }

  empty() {
    this.input.value = "";
    this.changed();
  }

  focus() {
    this.input.focus();
  }

  changed() {
    memory.set(this.draft, this.input.value);
    this.grow();
  }

  grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.input.style.height = "auto";
    if (this.input.scrollHeight) this.input.style.height = `${this.input.scrollHeight}px`;
  }
}
