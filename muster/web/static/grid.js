// The roster's grid: one tab stop, arrow keys; Enter shows why beside it, a letter what its tour there would change, and a
// change is saved without leaving it.
(() => {
  // While a roster is looked for, how far it is is looked up each second; at the end the page is as it is by then.
  const run = document.getElementById("run");
  const look = async () => {
    if (!run?.hasAttribute("data-runs")) return;
    const answer = await fetch(location.href).catch(() => null), far = run.querySelector("[data-far]"), fresh = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("run");
    if (answer?.status === 401 || fresh && !fresh.hasAttribute("data-runs")) { location.replace(location.pathname + location.search); return; }
    if (!answer && far) far.textContent = "No connection: how far it is by now is not known.";
    for (const [what, part] of [["value", "progress"], ["textContent", "[data-far]"]]) {
      const now = fresh?.querySelector(part), shown = run.querySelector(part);
      if (now && shown && now[what] !== shown[what]) shown[what] = now[what];
    }
    setTimeout(look, 1000);
  };
  setTimeout(look, 300);

  const wrap = document.querySelector("[data-grid]"), box = document.getElementById("gridbox"), panel = document.getElementById("panel");
  let table = document.getElementById("grid");
  if (!wrap || !table) return;
  const days = () => [...table.querySelectorAll("thead th[data-day]")].map(th => th.dataset.day);
  const lines = () => [...table.tBodies[0].querySelectorAll("tr[data-member]")];
  const last = days().length - 1;
  let row = 0, column = Math.max(0, [...table.querySelectorAll("thead th[data-day]")].findIndex(th => th.classList.contains("now-col"))), shown = null;
  const cellAt = (r, c) => lines()[r]?.cells[c + 1];
  const go = (r, c, focus = true) => {
    const all = lines().length;
    r = Math.max(0, Math.min(all - 1, r)); c = Math.max(0, Math.min(last, c));
    const before = cellAt(row, column), cell = cellAt(r, c);
    if (!cell) return;
    if (before) before.tabIndex = -1;
    row = r; column = c; cell.tabIndex = 0;
    if (focus) { cell.focus({ preventScroll: true }); inView(cell); }
  };
  // What is sticky must not hide the cell.
  const inView = cell => {
    const b = box.getBoundingClientRect(), r = cell.getBoundingClientRect();
    const head = table.tHead.getBoundingClientRect().height, foot = table.tFoot ? table.tFoot.getBoundingClientRect().height : 0, names = lines()[0].cells[0].getBoundingClientRect().width;
    if (r.top < b.top + head) box.scrollTop -= b.top + head - r.top; else if (r.bottom > b.top + box.clientHeight - foot) box.scrollTop += r.bottom - (b.top + box.clientHeight - foot);
    if (r.left < b.left + names) box.scrollLeft -= b.left + names - r.left; else if (r.right > b.left + box.clientWidth) box.scrollLeft += r.right - (b.left + box.clientWidth);
  };
  const placeOf = td => { const tr = td.closest("tr[data-member]"), c = td.cellIndex - 1; return tr && c >= 0 && c <= last ? [lines().indexOf(tr), c] : null; };
  const query = more => { const q = new URLSearchParams(more); if (wrap.dataset.at) q.set("at", wrap.dataset.at); return q.size ? `?${q}` : ""; };
  const parsed = async answer => new DOMParser().parseFromString(await answer.text(), "text/html");
  const mark = cell => { table.querySelectorAll("[aria-selected]").forEach(td => td.removeAttribute("aria-selected")); cell?.setAttribute("aria-selected", "true"); };

  const put = (page, focus) => {
    const found = page.getElementById("cell") ?? page.querySelector("main") ?? page.body;
    panel.replaceChildren(...found.childNodes);
    if (focus) (panel.querySelector("[autofocus]") ?? panel.querySelector("h1,h2"))?.focus();
  };
  const says = document.getElementById("proposal"), help = document.getElementById("gridkeys");
  const why = async () => {
    const tr = lines()[row];
    if (!tr) return;
    says.textContent = "";
    shown = [row, column]; mark(cellAt(row, column)); panel.setAttribute("aria-busy", "true");
    const answer = await fetch(`${wrap.dataset.grid}/${tr.dataset.member}/${days()[column]}${query()}`, { headers: { Accept: "text/html" } }).catch(() => null);
    panel.removeAttribute("aria-busy");
    if (answer) put(await parsed(answer), true); else says.textContent = "No connection: why it is so cannot be looked up.";
  };
  // A letter proposes a tour that is written so, and typed again the next such one. Nothing is changed until it is signed.
  const tours = [...document.querySelectorAll("[data-letter]")];
  let proposed = null;
  const propose = async letter => {
    const ways = tours.filter(t => t.dataset.letter[0].toLowerCase() === letter).map(t => t.dataset.tour), here = `${row} ${column}`;
    const next = proposed?.here === here ? ways.indexOf(proposed.tour) + 1 : 0, tour = ways[next % ways.length];
    proposed = { here, tour };
    await why();
    const way = [...panel.querySelectorAll("input[name=tour]")].find(i => i.value === tour), reason = panel.querySelector("input[name=reason]");
    if (!way) { says.textContent = `${tour}: nothing to change. Escape goes back to the grid.`; return; }
    way.checked = true;
    way.closest("label").scrollIntoView({ block: "nearest" });
    const barred = way.getAttribute("aria-disabled") === "true" || !reason;
    (barred ? way : reason).focus();
    const what = way.closest("label").innerText.replace(/\s+/g, " ").trim(), how = barred ? "You cannot sign it: Escape leaves it as it is." : "Say why: Enter signs, Escape leaves it as it is.";
    says.textContent = `Proposed: ${what} ${how}`;
  };
  // After a change the lines and sums are as they are by now; the grid stays where it was.
  const again = async () => {
    const page = await parsed(await fetch(`${wrap.dataset.grid}${query({ from: days()[0] })}`)), fresh = page.getElementById("grid");
    if (!fresh) return;
    const changed = new Map([...fresh.querySelectorAll("tr[data-member]")].map(tr => [tr.dataset.member, tr]));
    lines().forEach(tr => { const now = changed.get(tr.dataset.member); if (now && now.innerHTML !== tr.innerHTML) tr.innerHTML = now.innerHTML; });
    if (table.tFoot && fresh.tFoot) table.tFoot.innerHTML = fresh.tFoot.innerHTML;
    for (const part of ["says", "gaps"]) document.getElementById(part).innerHTML = page.getElementById(part).innerHTML;
    go(row, column, false);
    if (shown) mark(cellAt(...shown));
  };
  panel.addEventListener("submit", async e => {
    e.preventDefault();
    const answer = await fetch(e.target.action, { method: "POST", body: new URLSearchParams(new FormData(e.target, e.submitter)) }).catch(() => null);
    if (!answer) { says.textContent = "No answer: look whether it was signed before you sign again."; return; }
    put(await parsed(answer), true);
    if (answer.ok) { says.textContent = "Signed."; await again(); }
  });
  panel.addEventListener("keydown", e => { if (e.key === "Escape") { e.preventDefault(); says.textContent = ""; go(row, column); } });

  const moves = { ArrowLeft: () => go(row, column - 1), ArrowRight: () => go(row, column + 1), ArrowUp: () => go(row - 1, column), ArrowDown: () => go(row + 1, column), PageUp: () => go(row, column - 7), PageDown: () => go(row, column + 7), Home: () => go(row, 0), End: () => go(row, last), Enter: why, "?": () => { help.open = !help.open; } };
  table.addEventListener("keydown", e => {
    if (e.ctrlKey && e.key === "Home") { e.preventDefault(); go(0, 0); return; }
    if (e.ctrlKey && e.key === "End") { e.preventDefault(); go(lines().length - 1, last); return; }
    if (e.ctrlKey || e.metaKey || e.altKey || !e.target.closest("td")) return;
    const letter = e.key.toLowerCase(), act = moves[e.key] ?? (tours.some(t => t.dataset.letter[0].toLowerCase() === letter) ? () => propose(letter) : null);
    if (!act) return;
    e.preventDefault(); e.stopPropagation(); act();
  });
  table.addEventListener("click", e => { const td = e.target.closest("td"), at = td && placeOf(td); if (at) { go(...at); why(); } });
  table.addEventListener("focusin", e => { const at = e.target.matches("td") && placeOf(e.target); if (at) { row = at[0]; column = at[1]; } });
  box.removeAttribute("tabindex");
  go(0, column, false);
  const asked = location.hash.startsWith("#line-") ? document.getElementById(location.hash.slice(1)) : null;
  if (asked) go(lines().indexOf(asked), column, false);
})();
