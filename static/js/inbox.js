/*
 * The list of notifications: what is done to rows, and what happens to them elsewhere, changes the
 * rows in place. Without this script every button posts its form and the page comes anew.
 */
(() => {
  "use strict";

  const IN_SIGHT = 1000; /* milliseconds a row is before the eyes until it counts as seen */
  const GATHER = 120; /* milliseconds: what changes together is fetched together */
  const READABLE = 12000; /* milliseconds a message stays, unless somebody is on it */
  const MOST = 100;

  const find = (selector, root = document) => root.querySelector(selector);
  const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];
  const form = find("#told-form");
  const card = () => find("#told");
  const items = () => find("[data-items]");
  const rows = () => findAll("[data-row]", card());
  const rowOf = (id) => document.getElementById(`notification-${id}`);
  const announce = (sentence) => { find("#announcer").textContent = sentence; };
  if (!form) return;

  const asHtml = async (response) => {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = find("[data-changes]", page);
    if (!found) throw new Error("This is no answer of the list.");
    return found;
  };
  const send = (address, body) => fetch(address, { method: "POST", body, headers: { "HX-Request": "true" } }).then(asHtml);

  /* ---- Counts ---- */

  const inWords = (unread) => (unread > 999 ? "999+" : String(unread));
  const count = (unread) => {
    findAll("[data-unread]").forEach((each) => { each.textContent = inWords(unread); });
    findAll("[data-unread-only]").forEach((each) => { each.hidden = !Number(unread); });
  };

  /* ---- Rows change, come and go ---- */

  const replace = (old, fresh) => {
    const had = old.contains(document.activeElement) && document.activeElement;
    const place = had && (had.dataset.act || had.tagName);
    fresh.classList.toggle("on", old.classList.contains("on"));
    const box = find("input[type=checkbox]", fresh);
    if (box) box.checked = find("input[type=checkbox]", old).checked;
    old.replaceWith(fresh);
    htmx.process(fresh);
    if (find("details[open]", old)) find("details", fresh).open = true;
    if (!place) return;
    const same = find(`[data-act="${place}"]`, fresh) || find(place === "INPUT" ? "input" : "a", fresh);
    same.focus({ preventScroll: true });
  };

  /* Where its rank puts it among those that are shown. */
  const insert = (fresh) => {
    const rank = Number(fresh.dataset.rank);
    const next = rows().find((row) => Number(row.dataset.rank) < rank);
    items().insertBefore(fresh, next || null);
    htmx.process(fresh);
  };

  /* The eye and the keyboard go on to the row that takes the place of the first that went. */
  const remove = (gone) => {
    if (!gone.length) return;
    const all = rows();
    const key = gone.length === 1 && gone[0].contains(document.activeElement) && document.activeElement.dataset.act;
    const wasOn = gone.some((row) => row.classList.contains("on"));
    const first = all.indexOf(gone[0]);
    gone.forEach((row) => row.remove());
    const left = rows();
    const next = left[Math.min(first, left.length - 1)];
    if (!next) return;
    if (wasOn) next.classList.add("on");
    const target = (key && !wasOn && find(`[data-act="${key}"]`, next)) || find("a", next);
    target.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };

  const afterwards = () => {
    watch();
    document.dispatchEvent(new CustomEvent("rows"));
    if (!rows().length) renew();
  };

  /* The whole list anew: what was on it is gone, and older ones may follow. */
  const renew = async () => {
    const response = await fetch(location.href);
    const fresh = find("#told", new DOMParser().parseFromString(await response.text(), "text/html"));
    if (!fresh) return;
    card().replaceWith(fresh);
    htmx.process(fresh);
    watch();
    document.dispatchEvent(new CustomEvent("rows"));
    (find("[data-row] a", fresh) || find("[aria-current]", fresh)).focus({ preventScroll: true });
  };

  /* ---- What this person does ---- */

  const busy = new Set();
  let subject = null; /* the row that the snooze menu is open for; none means all that are ticked */

  const ticked = () => findAll("input[name=id]:checked", card()).map((box) => box.value);

  const apply = (changes, ids) => {
    const fresh = new Map(findAll("[data-row]", changes).map((row) => [row.dataset.id, row]));
    const gone = [];
    ids.forEach((id) => {
      const old = rowOf(id);
      const row = fresh.get(id);
      if (row?.hasAttribute("data-here")) {
        const box = find("input[type=checkbox]", old || row);
        if (box) box.checked = false;
        if (old) replace(old, row);
        else if (items()) insert(row);
      } else if (old) gone.push(old);
    });
    remove(gone);
    count(changes.dataset.count);
    document.dispatchEvent(new CustomEvent("badge", { detail: Number(changes.dataset.count) }));
    say(find("[data-undo-form]", changes));
    afterwards();
  };

  const act = async (value, ids, address = form.action, extra = {}) => {
    const body = new FormData(form);
    body.delete("id");
    body.set("act", value);
    ids.forEach((id) => body.append("id", id));
    Object.entries(extra).forEach(([name, given]) => body.set(name, given));
    ids.forEach((id) => busy.add(id));
    try {
      const changes = await send(address, body);
      apply(changes, ids.length ? ids : findAll("[data-row]", changes).map((row) => row.dataset.id));
    } catch {
      announce("The server cannot be reached. Nothing was changed.");
    }
    /* The same news comes by the live stream as well: what is on the page is as new. */
    setTimeout(() => ids.forEach((id) => busy.delete(id)), 1000);
  };

  document.addEventListener("submit", (event) => {
    if (event.target === form && event.submitter?.name === "act") {
      event.preventDefault();
      const [step, rest] = event.submitter.value.split(":");
      if (!step) return;
      const menu = event.submitter.closest("[popover]");
      const ids = step === "SNOOZE" ? (subject ? [subject] : ticked()) : rest ? [rest] : ticked();
      menu?.hidePopover();
      act(step === "SNOOZE" ? event.submitter.value : step, ids);
    } else if (event.target.matches("[data-undo-form]")) {
      event.preventDefault();
      act("", [], event.target.action, { undo: event.target.elements.undo.value });
    }
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[popovertarget=snooze]");
    if (opener) subject = opener.closest("[data-row]")?.dataset.id || null;
    if (event.target.closest("[data-dismiss]")) say(null);
    if (event.target.closest("[data-fresh]")) show(true);
  });

  find("#snooze-own")?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); find("[value='SNOOZE:own']").click(); }
  });

  /* ---- What was done, and the way back ---- */

  let timer = 0;
  const leave = () => {
    const toast = find("[data-toasts] > *");
    if (toast?.matches(":hover, :focus-within")) timer = setTimeout(leave, 3000);
    else toast?.remove();
  };
  const say = (toast) => {
    clearTimeout(timer);
    find("[data-toasts]").replaceChildren(...(toast ? [toast] : []));
    if (!toast) return;
    announce(find("[data-said]", toast).textContent);
    timer = setTimeout(leave, READABLE);
  };

  /* ---- What happens elsewhere ---- */

  const touched = new Set();
  const waiting = []; /* rows that came, and are shown when nobody is in the midst of something */
  let gathering = 0;

  const newest = () => Math.max(0, ...[...rows(), ...waiting].map((row) => Number(row.dataset.rank)));

  const atRest = () => scrollY < 80 && !card().matches(":hover, :focus-within") && !ticked().length && !find(":popover-open", document);

  const show = (asked = false) => {
    if (!waiting.length) return;
    if (!items()) { waiting.length = 0; renew(); } else {
      waiting.splice(0).forEach(insert);
      afterwards();
      if (asked) { scrollTo({ top: 0 }); find("[data-row] a", card())?.focus({ preventScroll: true }); }
    }
    tellOfWaiting();
  };

  const tellOfWaiting = () => {
    const button = find("[data-fresh]");
    button.hidden = !waiting.length;
    find("[data-fresh-words]", button).textContent = waiting.length === 1 ? "1 new notification" : `${waiting.length} new notifications`;
  };

  const look = async () => {
    gathering = 0;
    const ids = [...touched].filter((id) => !busy.has(id) && rowOf(id)).slice(0, MOST);
    touched.clear();
    const asked = new URLSearchParams({ box: card().dataset.box });
    ids.forEach((id) => asked.append("id", id));
    if (card().hasAttribute("data-newest")) asked.set("after", newest());
    let changes;
    try {
      changes = await asHtml(await fetch(`${card().dataset.rows}?${asked}`));
    } catch {
      return; /* the stream says it again when it is back */
    }
    findAll("[data-row]", changes).forEach((row) => {
      const id = row.dataset.id;
      if (busy.has(id)) return;
      const old = rowOf(id);
      const place = waiting.findIndex((each) => each.dataset.id === id);
      if (old) replace(old, row);
      else if (place >= 0) waiting[place] = row;
      else if (row.hasAttribute("data-here")) waiting.push(row);
    });
    count(changes.dataset.count);
    document.dispatchEvent(new CustomEvent("rows"));
    watch();
    if (atRest()) show(); else tellOfWaiting();
  };

  const soon = () => { gathering ||= setTimeout(look, GATHER); };
  const lookAtAll = () => { rows().forEach((row) => touched.add(row.dataset.id)); soon(); };

  document.body.addEventListener("notification", (event) => {
    count(event.detail.unread);
    touched.add(String(event.detail.id));
    soon();
  });
  document.body.addEventListener("unread", (event) => {
    const shown = find("[data-unread]").textContent;
    if (inWords(event.detail.unread) !== shown) lookAtAll();
  });
  /* Once connected, and again after a break: the page may have missed something. */
  document.body.addEventListener("live", lookAtAll);

  /* ---- Seen: in sight for a second, in a tab that is looked at ---- */

  const since = new Map();
  const sight = new IntersectionObserver((entries) => entries.forEach((entry) => {
    const timers = since.get(entry.target);
    clearTimeout(timers);
    if (entry.isIntersecting) since.set(entry.target, setTimeout(() => seen(entry.target), IN_SIGHT));
    else since.delete(entry.target);
  }), { threshold: 0.6 });

  const pending = new Set();
  const seen = (row) => {
    if (document.visibilityState !== "visible" || !row.isConnected) return;
    sight.unobserve(row);
    row.removeAttribute("data-unseen");
    if (!pending.size) setTimeout(tellSeen, 100);
    pending.add(row.dataset.id);
  };
  const tellSeen = () => {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", find("[name=csrfmiddlewaretoken]", form).value);
    [...pending].slice(0, MOST).forEach((id) => body.append("id", id));
    pending.clear();
    fetch(card().dataset.seen, { method: "POST", body, keepalive: true }).catch(() => {});
  };
  const watch = () => {
    sight.disconnect();
    since.forEach(clearTimeout);
    since.clear();
    if (document.visibilityState === "visible") findAll("[data-unseen]", card()).forEach((row) => sight.observe(row));
  };
  document.addEventListener("visibilitychange", watch);
  watch();

  if (find("[data-toasts] > *")) timer = setTimeout(leave, READABLE);
})();
