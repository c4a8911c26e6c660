// Everything works without this file. It adds the reader's own time beside the round's, and says
// so when the site has not been built for days.
(() => {
  "use strict";
  const page = document.documentElement;
  const words = document.getElementById("s.local");
  // The reader's own habits of writing dates, if they read the page's language.
  const own = navigator.languages.find((language) => language.startsWith(page.lang.slice(0, 2)));
  const format = (parts) => new Intl.DateTimeFormat(own || page.lang, parts);
  const clock = { hour: "numeric", minute: "2-digit" };
  const day = { weekday: "short", day: "numeric", month: "long" };
  for (const time of document.querySelectorAll("time[data-local]")) {
    const at = new Date(time.dateTime);
    const sign = time.dateTime.slice(-6, -5) === "-" ? -1 : 1;
    const [hours, minutes] = time.dateTime.slice(-5).split(":").map(Number);
    if (!words || -at.getTimezoneOffset() === sign * (hours * 60 + minutes)) continue;
    const sameDay = at.getDate() === Number(time.dateTime.slice(8, 10));
    const shown = format(sameDay ? clock : { ...day, ...clock }).format(at);
    const note = document.createElement("small");
    note.className = "local";
    note.textContent = ` (${words.content.textContent.replace("{time}", shown)})`;
    // Behind the zone, where one follows: it belongs to the time of the round.
    const zone = time.nextElementSibling;
    (zone?.matches(".zone") ? zone : time).after(note);
  }
  const stale = document.getElementById("s.stale");
  if (stale && location.protocol.startsWith("http")) {
    fetch(stale.dataset.built, { cache: "no-store" })
      .then((answer) => answer.ok ? answer.json() : Promise.reject())
      .then((about) => {
        const days = Math.floor((Date.now() - new Date(about.built)) / 864e5);
        if (days >= 2 && !about.frozen) {
          stale.textContent = stale.textContent.replace("{days}", String(days));
          stale.hidden = false;
        }
      })
      .catch(() => {});
  }
})();
