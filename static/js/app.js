/*
 * What the pages do beyond links and forms. Everything here is a convenience: each page works
 * without it. Markup says what to do by data attributes; no page has a script of its own.
 */
(() => {
  "use strict";

  const find = (selector, root = document) => root.querySelector(selector);
  const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* Say something to people who listen to the page rather than look at it. */
  const announce = (sentence) => {
    const region = find("#announcer");
    if (region) region.textContent = sentence;
  };

  /* ---- Theme: a cookie, so that the server draws the next page right from the start ---- */

  const isDark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };

  const switchTheme = () => {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    document.cookie = `theme=${theme};path=/;max-age=31536000;samesite=lax`;
    announce(`${theme === "dark" ? "Dark" : "Light"} theme`);
  };

  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-theme-form]")) {
      event.preventDefault();
      switchTheme();
    }
  });

  /* ---- Rows: j and k move, Enter opens, x selects ---- */

  const rows = () => findAll("[data-row]");
  /* The row that j and k have come to, or that has the focus. */
  const here = () => document.activeElement?.closest("[data-row]") || find("[data-row].on");
  const current = () => rows().indexOf(here());

  const markRow = (index) => {
    const all = rows();
    if (!all.length) return;
    const row = all[Math.max(0, Math.min(index, all.length - 1))];
    all.forEach((each) => each.classList.toggle("on", each === row));
    find("a", row)?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };

  const toggleRow = () => {
    const box = here() && find("input[type=checkbox]", here());
    if (box) box.click();
  };

  /* A key of a button: with rows ticked the one for all of them, else the one of this row. */
  const doToRow = (key) => {
    const many = find("[data-row] input[type=checkbox]:checked") && find("[data-picked-bar]");
    const place = many || here();
    if (place) find(`[data-act="${key}"]`, place)?.click();
  };

  /* The bar for many rows at once tells how many are meant. */
  const countPicked = () => {
    const bar = find("[data-picked-bar]");
    if (!bar) return;
    const number = findAll("[data-row] input[type=checkbox]:checked").length;
    find("[data-picked]", bar).textContent = number;
    bar.classList.toggle("idle", number === 0);
    findAll("button[name]", bar).forEach((button) => { button.disabled = number === 0; });
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick-all]")) {
      findAll("[data-row] input[type=checkbox]").forEach((box) => { box.checked = event.target.checked; });
    }
    if (event.target.matches("[data-row] input, [data-pick-all]")) countPicked();
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });

  /* ---- Deciding by key: the first press arms the button, the second one presses it ---- */

  let armed = null;

  const disarm = () => {
    if (!armed) return;
    clearTimeout(armed.timer);
    armed.button.classList.remove("armed");
    find("[data-label]", armed.button).textContent = armed.label;
    armed = null;
    announce("");
  };

  const arm = (button, key) => {
    const label = find("[data-label]", button);
    armed = { button, label: label.textContent, timer: setTimeout(disarm, 6000) };
    label.textContent = `Press ${key} again`;
    button.classList.add("armed");
    button.focus({ preventScroll: true });
    button.scrollIntoView({ block: "nearest" });
    announce(`Press ${key} again to ${armed.label.toLowerCase()}, Escape to think again.`);
  };

  const decide = (key) => {
    const button = find(`[data-decide="${key}"]`);
    if (!button || button.disabled) return;
    const comment = find("#id_comment", button.form);
    if (button.hasAttribute("data-needs-comment") && comment && !comment.value.trim()) {
      disarm();
      comment.focus();
      announce("Write a comment first. The author needs to know why.");
      return;
    }
    if (armed?.button === button) {
      disarm();
      button.click();
      return;
    }
    disarm();
    arm(button, key);
  };

  /* One press, one decision: the server guards it too. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => findAll("[data-once]").forEach((form) => delete form.dataset.sent));

  /* ---- Keys. Each person can switch them off (WCAG 2.1, 2.1.4) ---- */

  const press = (key) => find(`[data-key="${key}"]`)?.click();
  const keys = {
    j: () => markRow(current() + 1),
    k: () => markRow(current() - 1),
    e: () => doToRow("e"),
    h: () => doToRow("h"),
    u: () => doToRow("u"),
    z: () => find("[data-act=z]")?.click(),
    x: toggleRow,
    n: () => press("n"),
    p: () => press("p"),
    s: () => press("s"),
    a: () => decide("a"),
    c: () => decide("c"),
    r: () => decide("r"),
    "/": () => find("[data-search]")?.focus(),
    "?": () => find("#keys")?.showModal(),
  };

  const isTyping = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select");

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      disarm();
      if (isTyping(event.target)) event.target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (document.body.dataset.shortcuts !== "on" || isTyping(event.target) || find("dialog[open], :popover-open")) return;
    const act = keys[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });

  /* ---- Dialogs, copying ---- */

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) find(opener.dataset.open)?.showModal();
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog").close();
    const copier = event.target.closest("[data-copy]");
    if (copier) {
      navigator.clipboard.writeText(find(copier.dataset.copy).textContent.trim());
      find("[data-label]", copier).textContent = "Copied";
      announce("Copied.");
    }
  });

  /* ---- htmx: where the eye and the reader go after a part of the page was replaced ---- */

  document.addEventListener("htmx:afterSwap", (event) => {
    armed = null;
    const target = find("[data-focus]", event.detail.target) || (event.detail.target.matches("[data-focus]") ? event.detail.target : null);
    if (target) {
      target.setAttribute("tabindex", "-1");
      target.focus({ preventScroll: true });
      target.scrollIntoView({ block: "nearest" });
    }
    countPicked();
  });
  document.addEventListener("htmx:afterRequest", () => findAll("[data-once]").forEach((form) => delete form.dataset.sent));
  document.addEventListener("htmx:sendError", () => announce("The server cannot be reached. Nothing was changed."));

  /* ---- Files: how far an upload has come, and where to write what they show ---- */

  const showProgress = (shown, value = 0) => {
    const meter = find("[data-upload-progress]");
    if (meter) Object.assign(meter, { hidden: !shown, value });
  };
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.matches("[data-upload]")) showProgress(true);
  });
  document.addEventListener("htmx:xhr:progress", (event) => {
    const { lengthComputable, loaded, total } = event.detail;
    if (lengthComputable && event.target.matches("[data-upload]")) showProgress(true, (100 * loaded) / total);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.target.matches("[data-upload]")) return;
    showProgress(false);
    /* What was answered is on the form now; what was not goes along with the form. */
    if (event.detail.successful || event.detail.xhr.status === 422) event.target.value = "";
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.matches("[data-files]")) findAll("input[id]", event.detail.target).at(-1)?.focus();
  });

  /* ---- The bell ---- */

  const ring = (unread) => {
    const dot = find("#bell");
    if (!dot) return;
    dot.textContent = unread > 99 ? "99+" : unread;
    dot.hidden = !unread;
    find("#bell-words").textContent = unread ? `Notifications, ${unread > 999 ? "999+" : unread} unread` : "Notifications";
  };

  /* Whoever follows a notification has read it. Told by POST, so that no link changes anything. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-read]");
    const token = link && find("[name=csrfmiddlewaretoken]");
    if (!token) return;
    const form = new FormData();
    form.append(token.name, token.value);
    navigator.sendBeacon(link.dataset.read, form);
  });

  const tell = (name, detail) => document.body.dispatchEvent(new CustomEvent(name, { detail }));
  document.addEventListener("badge", (event) => ring(event.detail));
  document.addEventListener("rows", () => countPicked());

  const address = document.body.dataset.events;
  if (address && "EventSource" in window) {
    const source = new EventSource(address, { withCredentials: true });
    source.addEventListener("notification", (event) => {
      const news = JSON.parse(event.data);
      ring(news.unread);
      if (news.handled) announce(`${news.title}: ${news.handled}`);
      else if (news.state === "UNSEEN") announce(news.title);
      tell("notification", news);
    });
    source.addEventListener("unread", (event) => {
      const news = JSON.parse(event.data);
      ring(news.unread);
      tell("unread", news);
    });
    source.addEventListener("open", () => tell("live"));
    addEventListener("pagehide", () => source.close());
  }

  countPicked();
})();
