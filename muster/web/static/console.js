// What links and forms cannot do alone: the theme, keys, the clock that plays, the map's read-out. Pages work without.
(() => {
  const root = document.documentElement;
  const kept = { get: k => { try { return localStorage.getItem(k); } catch { return null; } }, set: (k, v) => { try { localStorage.setItem(k, v); } catch { /* not kept */ } } };
  if (kept.get("theme")) root.dataset.theme = kept.get("theme");
  document.querySelector("[data-theme-toggle]")?.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme:dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    kept.set("theme", root.dataset.theme);
  });
  document.addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.matches("input,select,textarea,[role=gridcell]")) return;
    const link = document.querySelector(`[data-key="${CSS.escape(e.key)}"]`);
    if (link) { e.preventDefault(); link.click(); }
  });

  // A screen says whether it is kept up to date: where its stream is lost, or silent for longer than one that lives, what
  // stands on it may be over. htmx comes again by itself where it was cut off; one that is silent is begun anew. Its clock
  // goes on.
  let stream = document.querySelector("[hx-sse\\:connect]"), connection = null, heard = Date.now();
  const live = document.getElementById("live"), SILENT = 40000;
  if (stream && live) {
    const says = said => { live.classList.toggle("lost", said !== "live"); if (live.textContent !== said) live.textContent = said; };
    const MEANS = { undefined: "no connection", 429: "too many screens are open, close some and reload" };
    const lost = e => says(`not up to date: ${MEANS[e.detail?.status ?? e.detail?.ctx?.response?.status] ?? "reload"}`);
    for (const name of ["htmx:after:sse:connection", "htmx:after:sse:message"]) document.addEventListener(name, e => { connection = e.detail.connection ?? connection; heard = Date.now(); says("live"); });
    for (const name of ["htmx:sse:error", "htmx:response:error", "htmx:error"]) document.addEventListener(name, lost);
    addEventListener("offline", lost);
    // What has the focus or is open stays so in what comes in its place, and the map follows the list.
    const FOUND = "a,button,input,select,textarea,summary,[tabindex]";
    const placeOf = e => { const part = e.closest("[id]"); return part && [part.id, [...part.querySelectorAll(FOUND)].indexOf(e)]; };
    const found = place => place && document.getElementById(place[0])?.querySelectorAll(FOUND)[place[1]];
    let held = null, opened = [];
    document.addEventListener("htmx:before:sse:message", () => {
      held = placeOf(document.activeElement);
      opened = [...document.querySelectorAll("details[open]>summary")].map(placeOf);
    });
    document.addEventListener("htmx:after:sse:message", () => {
      for (const place of opened) found(place)?.parentElement.setAttribute("open", "");
      if (document.activeElement === document.body) found(held)?.focus({ preventScroll: true });
      for (const drawn of document.querySelectorAll("svg.city [data-unit]")) {
        const row = document.getElementById(`row-${drawn.dataset.unit}`);
        if (row) drawn.setAttribute("class", `${drawn.classList[0]} ${row.classList[0]}`);
        if (row && drawn.matches("a")) drawn.setAttribute("aria-label", row.dataset.says);
      }
    });
    const again = () => {
      const fresh = stream.cloneNode();
      stream.dispatchEvent(new Event("htmx:abort"));
      stream.replaceWith(fresh);
      connection?.reader?.cancel();
      connection?.abortController?.abort();
      stream = fresh; connection = null; heard = Date.now();
      htmx.process(fresh);
    };
    const time = document.querySelector("#clock time"), ahead = Date.parse(time.dateTime) - Date.now();
    const words = new Intl.DateTimeFormat("en-US", { timeZone: time.dataset.zone, weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    setInterval(() => {
      if (!document.hidden && Date.now() - heard > SILENT) { says("not up to date: no connection"); again(); }
      const parts = Object.fromEntries(words.formatToParts(Date.now() + ahead).map(part => [part.type, part.value]));
      time.textContent = `${parts.weekday} ${parts.day} ${parts.month} ${parts.year} ${parts.hour}:${parts.minute}`;
    }, 1000);
  }

  // Without a connection nothing is sent: the page that a browser shows then takes away what was typed.
  const unsent = Object.assign(document.createElement("p"), { className: "note wrong", textContent: "No connection: nothing was sent. Press again when it is back." });
  unsent.setAttribute("role", "alert");
  // A browser calls itself offline also where the server is on the same machine and there is no network: so it is asked.
  let reached = false;
  document.addEventListener("submit", async e => {
    if (navigator.onLine || reached) return;
    e.preventDefault(); e.stopPropagation();
    reached = await fetch(document.querySelector("link[rel=stylesheet]").href, { cache: "no-store" }).then(() => true, () => false);
    if (reached) e.target.requestSubmit(e.submitter); else e.target.append(unsent);
    reached = false;
  }, true);
  addEventListener("online", () => unsent.remove());

  // The clock plays by stepping on, as long as there is somewhere to go; the address says where it stands.
  const play = document.querySelector("[data-play]");
  if (play) {
    play.hidden = false;
    const playing = () => sessionStorage.getItem("playing") === "yes";
    const on = () => document.querySelector('[data-key="."]');
    const show = () => play.setAttribute("aria-pressed", String(playing()));
    const next = () => { if (playing() && on()) location.replace(on().href); };
    play.addEventListener("click", () => { sessionStorage.setItem("playing", playing() ? "no" : "yes"); show(); setTimeout(next, 300); });
    show();
    if (playing()) setTimeout(next, 1200);
  }

  // The read-out under the map follows focus and pointer; what is focused is drawn above its neighbours.
  const out = document.getElementById("readout"), ring = document.querySelector(".fring");
  const areaOf = e => e.target.closest?.(".area");
  const say = area => { if (area && out) out.textContent = area.getAttribute("aria-label"); };
  document.addEventListener("mouseover", e => say(areaOf(e)));
  document.addEventListener("focusin", e => { const area = areaOf(e); say(area); if (area && ring) ring.setAttribute("d", area.querySelector(".f").getAttribute("d")); });
  document.addEventListener("focusout", e => { if (areaOf(e)) ring?.removeAttribute("d"); });
})();
