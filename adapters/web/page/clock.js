// The playground's clock: shown in the header, and moved on by its buttons. It never goes back.

import { unfolding } from "./elements.js";
import { call } from "./server.js";
import { clockText } from "./times.js";

const PATIENCE = 60_000; // milliseconds; a week can bring up many deadlines

const byId = (id) => document.getElementById(id);

/** Wire the clock. `moved` is called when it has been moved, because letters may have gone out by then. */
export function wireClock(moved) {
  unfolding(byId("clock"), byId("clock-menu"), () => (byId("clock-said").textContent = ""));
  for (const step of byId("clock-menu").querySelectorAll("[data-minutes]")) {
    step.addEventListener("click", () => move(Number(step.dataset.minutes), moved));
  }
}

let moving = false;

async function move(minutes, moved) {
  if (moving) return;
  moving = true;
  const said = byId("clock-said");
  said.textContent = "Moving";
  try {
    await call("/api/clock", PATIENCE, { minutes });
    await moved();
    said.textContent = `It is now ${clockText()}.`;
  } catch (error) {
    said.textContent = error.message;
  }
  moving = false;
}

/** Show the time as the server said it last. */
export function showClock() {
  byId("now").textContent = clockText();
}
