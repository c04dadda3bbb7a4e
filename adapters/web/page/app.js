// The playground page: people of the organisation side by side (or one at a time, behind tabs, on a phone), the
// banners, the letters as they come in, and the poll that keeps it all true.

import { showClock, wireClock } from "./clock.js";
import { button, el, moveAmongTabs, showCount, unfolding } from "./elements.js";
import { addToOutbox, emptyOutbox, wireOutbox } from "./outbox.js";
import { Panel } from "./panel.js";
import { call, memory } from "./server.js";
import { setTime } from "./times.js";

const POLL_EVERY = 3_000; // milliseconds
const POLL_SOON = 700; // after an answer: a letter that went out with it is delivered within a second
const POLL_PATIENCE = 10_000;
const OPEN_AT_FIRST = { phone: 1, desk: 2 };

const phone = matchMedia("(max-width: 44.99em)"); // the same width as in the styles
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
    const { people, assistant } = about;
    panels.set(id, new Panel({ person: people[at], number: at, assistant, reached, close, news }));
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
  news({ asked: false });
}

function tab({ id, name }) {
  const chosen = id === active;
  const node = button("tab", () => choose(id), el("span", null, name), el("span", { class: "count fresh" }));
  node.id = `tab-${id}`;
  node.setAttribute("role", "tab");
  node.setAttribute("aria-selected", chosen);
  node.setAttribute("aria-controls", `panel-${id}`);
  node.tabIndex = chosen ? 0 : -1; // one stop for Tab; the arrow keys move between tabs
  return node;
}

function choose(id) {
  show(id);
  panelOf(id).seen();
  byId(`tab-${id}`).focus();
}

/** Numbers of what somebody has not looked at yet: on their tab, or in a line of its own if they are not shown. */
function news({ asked }) {
  for (const { person, unread } of panels.values()) {
    const count = byId(`tab-${person.id}`)?.querySelector(".count");
    if (count) showCount(count, unread, "new");
  }
  const waiting = [...panels.values()].filter(({ person, unread }) => unread && !open.includes(person.id));
  const names = waiting.map(({ person }) => person.id).join();
  if (byId("elsewhere").dataset.names !== names) showElsewhere(waiting, names);
  if (asked) schedule(POLL_SOON);
}

function showElsewhere(waiting, names) {
  byId("elsewhere").dataset.names = names;
  const chips = waiting.map(({ person }) => button("chip", () => add(person.id), person.name));
  const line = el("div", { class: "elsewhere" }, el("p", null, "New, for somebody not shown:"), ...chips);
  byId("elsewhere").replaceChildren(...(chips.length ? [line] : []));
}

function add(id) {
  show(id);
  const panel = panelOf(id);
  panel.node.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (phone.matches) byId(`tab-${id}`).focus(); // the box would bring up the keyboard over the greeting
  else panel.composer.focus();
}

function wireMenu() {
  const menu = byId("menu");
  const fold = unfolding(byId("add"), menu, () => {
    const others = about.people.filter(({ id }) => !open.includes(id));
    menu.replaceChildren(...others.map(pick));
  });
  const pick = ({ id, name, about: place }) => {
    const chosen = () => (fold(), add(id));
    return el("li", null, button("pick", chosen, el("span", null, name), el("span", { class: "place" }, place ?? "")));
  };
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

// ---- Letters

let boot; // of the server's process: letters are counted from 1 again when it changes
let handed = 0; // letters in the drawer

/** Put new letters into the drawer, and those that this tab has not seen yet into their people's conversations. */
function takeLetters({ letters }) {
  const seen = memory.get("letters", {});
  let last = seen.boot === boot ? seen.n : 0;
  for (const letter of letters.filter(({ n }) => n > handed)) {
    const person = about.people.find(({ id }) => id === letter.to);
    addToOutbox(letter, person?.name ?? letter.to);
    if (person && letter.n > last) panelOf(letter.to).letter(letter);
    handed = letter.n;
    last = Math.max(last, handed);
  }
  memory.set("letters", { boot, n: last });
}

// ---- Keeping up with the server

function takeOver(latest) {
  const same = (part) => about && JSON.stringify(about[part]) === JSON.stringify(latest[part]);
  const [first, faultsStay] = [!about, same("faults") && same("reload_fault")];
  about = latest;
  document.title = `${about.assistant} playground`;
  byId("assistant").textContent = about.assistant;
  byId("about").textContent = [about.organisation, ...about.policies].join(" · ");
  setTime(about.now, about.timezone);
  showClock();
  if (!faultsStay) showFaults(about); // untouched while unchanged: no second announcement, no lost scroll position
  if (first) start();
  else byId("add").hidden = open.length === about.people.length;
  takeLetters(latest);
}

function start() {
  const known = (id) => about.people.some((person) => person.id === id);
  open = memory.get("open", []).filter(known);
  const atFirst = phone.matches ? OPEN_AT_FIRST.phone : OPEN_AT_FIRST.desk;
  if (!open.length) open = about.people.slice(0, atFirst).map(({ id }) => id);
  active = open.includes(memory.get("active")) ? memory.get("active") : open[0];
  for (const id of about.people.map((person) => person.id)) if (memory.get(`unread:${id}`, 0)) panelOf(id);
  byId("loading").remove();
  arrange();
}

let timer;
let polling;

/** Ask the server how things stand. Asked twice at once, it asks once. */
function poll() {
  clearTimeout(timer);
  polling ??= ask().finally(() => {
    polling = undefined;
    if (!document.hidden) schedule(POLL_EVERY);
  });
  return polling;
}

async function ask() {
  try {
    let latest = await call(`/api/playground?after=${handed}`, POLL_PATIENCE);
    if (boot !== latest.boot) {
      if (handed) latest = await call("/api/playground?after=0", POLL_PATIENCE);
      boot = latest.boot;
      handed = 0;
      emptyOutbox();
    }
    takeOver(latest);
    reached(true);
  } catch (error) {
    if (error.unreachable) reached(false);
    else console.error(error);
  }
}

function schedule(delay) {
  clearTimeout(timer);
  timer = setTimeout(poll, delay);
}

document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : poll()));
addEventListener("online", poll);
addEventListener("offline", poll);
phone.addEventListener("change", () => about && arrange());
byId("tabs").addEventListener("keydown", (event) =>
  moveAmongTabs(event, [...byId("tabs").children], (tab) => choose(tab.id.slice("tab-".length))));
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  if (!active) return;
  panelOf(active).look("chat");
  panelOf(active).composer.focus();
});
wireMenu();
wireOutbox(phone);
wireClock(async () => {
  await polling; // one that was under way still shows the time before
  await poll();
});
poll();
