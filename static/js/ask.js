/*
 * The search for what a query is about, as an editable combobox with a list (WAI-ARIA APG). Without
 * this script a button searches, and what was found comes as a choice on the page.
 */
(() => {
  "use strict";

  const find = (selector, root = document) => root.querySelector(selector);
  const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];
  const input = () => find("[data-combo]");
  const list = () => find("#found");
  const options = () => findAll("[role=option]:not([aria-disabled])", list());
  const active = () => find("[aria-selected=true]", list());

  const prepare = () => {
    const box = input();
    if (!box || box.role === "combobox") return;
    const said = { role: "combobox", "aria-autocomplete": "list", "aria-controls": "found", "aria-expanded": "false" };
    Object.entries(said).forEach(([name, value]) => box.setAttribute(name, value));
  };

  const open = () => {
    list().hidden = false;
    input().setAttribute("aria-expanded", "true");
    const number = options().length;
    find("#announcer").textContent = number ? `${number} found. Use the arrow keys.` : "Nothing has all of these words.";
  };
  const close = () => {
    if (!input()) return;
    list().hidden = true;
    input().setAttribute("aria-expanded", "false");
    mark(null);
  };
  const isOpen = () => input() && !list().hidden;

  const mark = (option) => {
    active()?.setAttribute("aria-selected", "false");
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      input().setAttribute("aria-activedescendant", option.id);
    } else input().removeAttribute("aria-activedescendant");
  };
  const step = (by) => {
    const all = options();
    if (!all.length) return;
    const place = all.indexOf(active());
    mark(all[place < 0 ? (by > 0 ? 0 : all.length - 1) : (place + by + all.length) % all.length]);
  };
  const look = () => htmx.trigger(input(), "look");

  const keys = {
    ArrowDown: () => (isOpen() && options().length ? step(1) : look()),
    ArrowUp: () => isOpen() && step(-1),
    Enter: () => active()?.click(),
    Escape: () => { if (isOpen()) close(); else input().value = ""; },
  };

  document.addEventListener("keydown", (event) => {
    if (!event.target.matches("[data-combo]") || event.isComposing) return;
    const act = keys[event.key];
    if (!act) return;
    /* Enter does not send the form from here, and Escape does not leave the field at once. */
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }, true);

  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-combo]")) look();
    else if (!event.target.closest(".combo")) close();
  });
  document.addEventListener("pointerdown", (event) => {
    if (event.target.closest("[role=option]")) event.preventDefault(); /* the field keeps the focus */
    else if (!event.target.closest(".combo")) close();
  });

  /* What was marked stays marked where a newer list has it, too. */
  let marked = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "found") marked = active()?.id;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "found" || document.activeElement !== input()) return;
    mark(marked && document.getElementById(marked));
    open();
  });
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt.id !== "about-field") return;
    prepare();
    document.body.dispatchEvent(new CustomEvent("chosen"));
    const next = find("[data-cleared]") || input();
    next.focus({ preventScroll: true });
    if (next === input()) close();
  });

  prepare();
})();
