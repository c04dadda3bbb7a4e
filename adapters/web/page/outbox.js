// "What left the building": every letter that the platform was handed, raw, so that anyone can see what it says.

import { el, showCount } from "./elements.js";
import { moment } from "./times.js";

const byId = (id) => document.getElementById(id);

/** Wire the drawer. On a desk it stands beside the conversations; on a phone it covers them. */
export function wireOutbox(phone) {
  const [drawer, opener] = [byId("outbox"), byId("outbox-open")];
  const toggle = () => {
    if (drawer.open) return drawer.close();
    if (phone.matches) drawer.showModal();
    else drawer.show();
    opener.setAttribute("aria-expanded", "true");
    byId("outbox-title").focus();
  };
  opener.addEventListener("click", toggle);
  byId("outbox-close").addEventListener("click", () => drawer.close());
  drawer.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    drawer.close();
  });
  drawer.addEventListener("close", () => {
    opener.setAttribute("aria-expanded", "false");
    opener.focus();
  });
  phone.addEventListener("change", () => drawer.open && drawer.close());
}

/** Put a letter on top. `name` is who it went to. */
export function addToOutbox({ n, at, message, payload }, name) {
  const title = el("h3", null, el("span", { class: "unseen" }, "To "), name);
  byId("letters").prepend(el("li", { class: "handed", "data-testid": "handed" },
    el("div", { class: "to" }, title, el("span", { class: "at" }, moment(at))),
    el("p", null, message.summary),
    el("details", { open: "" },
      el("summary", null, "Exactly what was handed over"),
      el("pre", { tabindex: "0", "aria-label": `Letter ${n}, raw` }, JSON.stringify(payload, null, 2)))));
  byId("no-letters").hidden = true;
  showCount(byId("outbox-count"), n, "letters");
}

/** The playground started again: nothing has left it yet. */
export function emptyOutbox() {
  byId("letters").replaceChildren();
  byId("no-letters").hidden = false;
  showCount(byId("outbox-count"), 0, "letters");
}
