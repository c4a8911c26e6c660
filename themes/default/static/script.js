// Everything works without this file. It adds the reader's own time beside the round's, and says
// so when the site has not been built for days.
(() => {
  "use strict";
  const page = document.documentElement;
  const words = document.getElementById("s.local");
  const here = new Intl.DateTimeFormat(page.lang, {
    weekday: "short", day: "numeric", month: "long", hour: "numeric", minute: "2-digit",
  });
  for (const time of document.querySelectorAll("time[data-local]")) {
    const at = new Date(time.dateTime);
    const sign = time.dateTime.slice(-6, -5) === "-" ? -1 : 1;
    const [hours, minutes] = time.dateTime.slice(-5).split(":").map(Number);
    const same = -at.getTimezoneOffset() === sign * (hours * 60 + minutes);
    if (words && !same) {
      const own = document.createElement("small");
      own.className = "local";
      own.textContent = ` (${words.content.textContent.replace("{time}", here.format(at))})`;
      time.after(own);
    }
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
