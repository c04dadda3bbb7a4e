// The playground page: sample people side by side (or one at a time, behind tabs, on a phone), the banners, and the
// poll that keeps them true.

import { button, el } from "./blocks.js";
import { Panel } from "./panel.js";
import { call, memory } from "./server.js";

const POLL_EVERY = 3_000; // milliseconds
const POLL_PATIENCE = 10_000;
const OPEN_AT_FIRST = { phone: 1, desk: 2 };

const phone = matchMedia("(max-width: 44.99em)"); // the same width as in style.css
const byId = (id) => document.getElementById(id);

const panels = new Map(); // person's id -> Panel; a closed one is kept, so that an answer under way is not lost
let about; // what the server last said of itself
let open; // ids of the people shown, in order
let active; // the one shown on a phone
let offline = false;

// ---- People

function panelOf(id) {
  if (!panels.has(id)) {
    const at = about.people.findIndex((person) => person.id === id);
    panels.set(id, new Panel({ person: about.people[at], number: at, assistant: about.assistant, reached, close }));
  }
  return panels.get(id);
}

function show(id) {
  if (!open.includes(id)) open.push(id);
  active = id;
  arrange();
}

function close(id) {
  const at = open.indexOf(id);
  open.splice(at, 1);
  active = open[Math.min(at, open.length - 1)];
  arrange();
  (phone.matches ? byId(`tab-${active}`) : byId("add")).focus();
}

/** Bring the page in line with `open`, `active`, and the width of the window. */
function arrange() {
  memory.set("open", open);
  memory.set("active", active);
  const shown = open.map((id) => panelOf(id));
  for (const { node } of panels.values()) if (!open.includes(node.dataset.person)) node.remove();
  for (const panel of shown) {
    const { id } = panel.person;
    const arrived = !panel.node.isConnected;
    if (arrived) byId("people").append(panel.node);
    panel.node.hidden = phone.matches && id !== active;
    panel.node.setAttribute("aria-labelledby", phone.matches ? `tab-${id}` : panel.heading.id);
    if (phone.matches) panel.node.setAttribute("role", "tabpanel");
    else panel.node.removeAttribute("role"); // a section with a name: a region
    panel.node.querySelector(".close").hidden = open.length === 1;
    if (arrived) panel.opened();
    else if (id === active && phone.matches) panel.latest();
  }
  byId("tabs").replaceChildren(...shown.map(({ person }) => tab(person)));
  byId("tabs").querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  byId("add").hidden = open.length === about.people.length;
}

function tab({ id, name }) {
  const chosen = id === active;
  const news = el("span", { class: "news" }, el("span", { class: "unseen" }, ", new reply")); // shown when unread
  const node = button("tab", () => choose(id), el("span", null, name), news);
  node.id = `tab-${id}`;
  node.setAttribute("role", "tab");
  node.setAttribute("aria-selected", chosen);
  node.setAttribute("aria-controls", `panel-${id}`);
  node.tabIndex = chosen ? 0 : -1; // one stop for Tab; the arrow keys move between tabs
  return node;
}

function choose(id) {
  show(id);
  byId(`tab-${id}`).focus();
}

function moveByKey(event) {
  const at = open.indexOf(active);
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: open.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  choose(open.at(to % open.length));
}

// ---- Adding a person

function unfoldMenu(unfolded) {
  const menu = byId("menu");
  menu.hidden = !unfolded;
  byId("add").setAttribute("aria-expanded", unfolded);
  if (!unfolded) return;
  const others = about.people.filter(({ id }) => !open.includes(id));
  menu.replaceChildren(...others.map(({ id, name }) => el("li", null, button("pick", () => add(id), name))));
}

function add(id) {
  unfoldMenu(false);
  show(id);
  const panel = panelOf(id);
  panel.node.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (phone.matches) byId(`tab-${id}`).focus(); // the box would bring up the keyboard over the greeting
  else panel.input.focus();
}

function wireMenu() {
  const [adding, button] = [byId("adding"), byId("add")];
  button.addEventListener("click", () => unfoldMenu(byId("menu").hidden));
  adding.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || byId("menu").hidden) return;
    unfoldMenu(false);
    button.focus();
  });
  const foldIfOutside = (place) => place && !adding.contains(place) && unfoldMenu(false);
  adding.addEventListener("focusout", ({ relatedTarget }) => foldIfOutside(relatedTarget));
  document.addEventListener("pointerdown", ({ target }) => foldIfOutside(target));
}

// ---- Banners

/** Whether the server was reached just now. Says so once, and takes up by itself what nobody needs to decide. */
function reached(yes) {
  if (offline === !yes) return;
  offline = !yes;
  if (offline) {
    const text = "What you write stays here. The page goes on by itself when the playground is back.";
    const said = el("p", null, el("strong", null, "The playground is not answering."), ` ${text}`);
    byId("offline").replaceChildren(el("div", { class: "banner", "data-testid": "offline" }, said));
  } else {
    byId("offline").replaceChildren();
    panels.forEach((panel) => panel.recovered());
  }
}

function showFaults({ reload_fault, faults }) {
  if (!faults.length) return byId("faults").replaceChildren();
  // A list can be long, so it scrolls by itself and must be reachable with the keyboard.
  const list = el("ul", { tabindex: "0", "aria-label": "Faults" }, ...faults.map((fault) => el("li", null, fault)));
  const said = el("p", null, el("strong", null, reload_fault));
  byId("faults").replaceChildren(el("div", { class: "banner", "data-testid": "banner" }, said, list));
}

// ---- Keeping up with the server

function takeOver(latest) {
  const same = (part) => about && JSON.stringify(about[part]) === JSON.stringify(latest[part]);
  const [first, faultsStay] = [!about, same("faults") && same("reload_fault")];
  about = latest;
  document.title = `${about.assistant} playground`;
  byId("assistant").textContent = about.assistant;
  byId("about").textContent = [about.organisation, ...about.policies].join(" · ");
  if (!faultsStay) showFaults(about); // untouched while unchanged: no second announcement, no lost scroll position
  if (first) start();
  else byId("add").hidden = open.length === about.people.length;
}

function start() {
  const known = (id) => about.people.some((person) => person.id === id);
  open = memory.get("open", []).filter(known);
  const atFirst = phone.matches ? OPEN_AT_FIRST.phone : OPEN_AT_FIRST.desk;
  if (!open.length) open = about.people.slice(0, atFirst).map(({ id }) => id);
  active = open.includes(memory.get("active")) ? memory.get("active") : open[0];
  byId("loading").remove();
  arrange();
}

let timer;
let polling = false;

async function poll() {
  clearTimeout(timer);
  if (polling) return;
  polling = true;
  try {
    const latest = await call("/api/playground", POLL_PATIENCE);
    takeOver(latest);
    reached(true);
  } catch (error) {
    if (error.unreachable) reached(false);
    else console.error(error);
  }
  polling = false;
  if (!document.hidden) timer = setTimeout(poll, POLL_EVERY);
}

document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : poll()));
addEventListener("online", poll);
addEventListener("offline", poll);
phone.addEventListener("change", () => about && arrange());
byId("tabs").addEventListener("keydown", moveByKey);
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  if (active) panelOf(active).input.focus();
});
wireMenu();
poll();
