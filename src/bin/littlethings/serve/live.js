// Keeps a page of the preview as its sources are. Only `littlethings serve` puts it there.
(() => {
  const me = document.currentScript;
  let mine = Number(me.dataset.revision);
  const look = me.dataset.look;
  const key = "littlethings " + location.pathname;
  const kept = JSON.parse(sessionStorage.getItem(key) || "null");
  let reached;
  const restore = () => {
    // Themes may scroll smoothly, and a page that is loaded again is not to be seen scrolling.
    scrollTo({ left: kept[0], top: kept[1], behavior: "instant" });
    reached = [scrollX, scrollY];
  };
  if (kept) {
    sessionStorage.removeItem(key);
    addEventListener("load", () => {
      restore();
      setTimeout(() => (history.scrollRestoration = "auto"));
    });
    restore();
  }
  // A page whose file is gone for a moment is shorter: as long as nobody scrolls there, it is still
  // to be where it was before.
  const place = () => {
    const here = [scrollX, scrollY];
    return String(here) === String(reached) ? kept : here;
  };

  const host = document.createElement("div");
  const shadow = host.attachShadow({ mode: "open" });
  document.body.append(host);
  let shown;
  // What is wrong may be known: it was there when somebody closed this.
  const closed = "littlethings closed";
  const isNew = (faults) => {
    const known = JSON.parse(sessionStorage.getItem(closed) || "{}");
    return Object.entries(faults).some(([fault, times]) => times > (known[fault] ?? 0));
  };
  const show = (told) => {
    const news = told.findings + told.trouble;
    // What is said already stays as open as it is.
    if (news === shown) return;
    shown = news;
    const bad = told.trouble || told.errors;
    host.hidden = !bad && !told.warnings;
    if (host.hidden) return;
    shadow.innerHTML = `<style>
      :host { position: fixed; inset: auto 1rem 1rem auto; z-index: 9999; max-width: min(60rem, 100vw - 2rem);
        font: 14px/1.4 ui-monospace, monospace; color: #fff; }
      @media print { :host { display: none } }
      details { background: #26221f; border: 2px solid #e8a33d; border-radius: 6px; padding: .5rem .75rem; }
      details.bad { border-color: #ff6b5e; }
      summary { cursor: pointer; font-weight: bold; }
      pre { margin: .5rem 0 0; max-height: 60vh; overflow: auto; font: inherit; }
      @media (max-width: 40rem) {
        :host { bottom: 4rem }
        pre { max-height: 35vh; white-space: pre-wrap; overflow-wrap: anywhere; }
      }
    </style><aside aria-label="littlethings check"><details><summary></summary><p hidden></p><pre tabindex="0"></pre></details></aside>`;
    const details = shadow.querySelector("details");
    details.className = bad ? "bad" : "";
    details.open = isNew(told.faults);
    const summary = shadow.querySelector("summary");
    summary.addEventListener("click", () => {
      if (details.open) sessionStorage.setItem(closed, JSON.stringify(told.faults));
      else sessionStorage.removeItem(closed);
    });
    summary.textContent = told.summary || "error";
    shadow.querySelector("p").textContent = told.trouble || "";
    shadow.querySelector("p").hidden = !told.trouble;
    shadow.querySelector("pre").textContent = told.findings;
  };

  // What only the preview has, in a corner of its own.
  const desk = document.createElement("div");
  const corner = desk.attachShadow({ mode: "open" });
  let asked;
  const due = async () => {
    const answer = await fetch("/.littlethings/due.json").catch(() => null);
    const links = answer?.ok ? await answer.json().catch(() => []) : [];
    if (asked === JSON.stringify(links)) return;
    asked = JSON.stringify(links);
    desk.remove();
    if (!links.length || location.pathname.startsWith("/.littlethings/")) return;
    corner.innerHTML = `<style>
      :host { position: fixed; inset: auto auto 1rem 1rem; z-index: 9998; font: 13px/1.4 system-ui, sans-serif; }
      @media print { :host { display: none } }
      nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; background: #26221f; border-radius: 6px; padding: .35rem .75rem; max-width: calc(100vw - 4rem); }
      a { color: #fff; padding: .25rem 0; }
      a:focus-visible { outline: 2px solid #fff; outline-offset: 2px; }
    </style><nav aria-label="littlethings serve"></nav>`;
    for (const [text, href] of links) {
      const link = corner.querySelector("nav").appendChild(document.createElement("a"));
      Object.assign(link, { textContent: text, href });
    }
    document.body.append(desk);
  };
  due();

  // Whether the page would be another one if it were loaded now; null while nobody answers.
  const differs = async () => {
    if (!look) return true;
    const here = location.pathname + location.search;
    const answer = await fetch(here, { method: "HEAD" }).catch(() => null);
    return answer && answer.headers.get("etag") !== `"${look}"`;
  };

  // What is wrong with its own source is told first. No page has an address that is no text.
  const page = () => {
    try {
      return decodeURIComponent(location.pathname);
    } catch {
      return "";
    }
  };

  let source;
  const listen = () => {
    source?.close();
    if (document.hidden) return;
    const query = new URLSearchParams({ revision: mine, page: page() });
    const heard = (source = new EventSource(`/.littlethings/events?${query}`));
    source.onmessage = async (event) => {
      const told = JSON.parse(event.data);
      if (told.revision === mine) return show(told);
      heard.close();
      const isAnother = await differs();
      if (isAnother) {
        sessionStorage.setItem(key, JSON.stringify(place()));
        // The browser would bring it back to where it is, and not to where it is to be.
        history.scrollRestoration = "manual";
        return location.reload();
      }
      if (isAnother === null) return setTimeout(listen, 1000);
      mine = told.revision;
      due();
      // Whoever is of the newest revision hears what the check says of it.
      listen();
    };
  };
  // A browser holds few connections to one host: a page that nobody sees gives its own back.
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => source?.close());
  listen();
})();
