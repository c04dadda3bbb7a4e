// Times as the people of the playground see them: on the playground's clock, where the organisation is.

let zone = "UTC";
let now = new Date();

/** What the server said last: its time (ISO), and the organisation's time zone. */
export function setTime(iso, timeZone) {
  [now, zone] = [new Date(iso), timeZone];
}

const written = (date, parts) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...parts }).format(date);
const full = (date) =>
  `${written(date, { weekday: "short", day: "numeric", month: "short" })} ${written(date, { timeStyle: "short" })}`;

/** "Sun 22 Nov 10:14": the playground's date and time. */
export const clockText = () => full(now);

/** "Sun 22 Nov 10:14": when something happened. Always with its day, because the clock is moved under it. */
export const moment = (iso) => full(new Date(iso));
