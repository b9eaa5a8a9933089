/*
 * One query while it is open: the text as it comes, by server-sent events. Beside them the page
 * asks every two seconds, so that nothing depends on the stream.
 */
(() => {
  "use strict";

  const find = (selector, root = document) => root.querySelector(selector);
  const region = () => find("#query");
  const announce = (sentence) => { find("#announcer").textContent = sentence; };

  /* ---- What somebody opened or says stays so when the page changes below them ---- */

  let opened = [];
  let status = region()?.dataset.status;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "query") return;
    opened = [...event.detail.target.querySelectorAll("details[open]")].map((each) => each.id);
  });
  document.addEventListener("htmx:afterSwap", () => {
    opened.splice(0).forEach((id) => { const each = document.getElementById(id); if (each) each.open = true; });
    const now = region()?.dataset.status;
    if (now && now !== status) announce(now);
    status = now;
    if (region()?.dataset.stream) show(); else stop();
  });

  /* ---- The stream ---- */

  let source = null;
  let written = ""; /* what has come of the answer */
  /* The page's own text may be older than the stream's, but never newer while it is running. */
  const show = () => {
    const answer = find("[data-comes]");
    if (answer && written.startsWith(answer.textContent)) answer.textContent = written;
  };
  const stop = () => { source?.close(); source = null; written = ""; };
  const start = () => {
    const path = region()?.dataset.stream;
    const events = document.body.dataset.events; /* streams have a port of their own at times */
    if (!path || !events || !("EventSource" in window)) return;
    source = new EventSource(new URL(path, new URL(events, location)), { withCredentials: true });
    written = "";
    source.addEventListener("text", (event) => {
      const { text, restart } = JSON.parse(event.data);
      written = restart ? text : written + text;
      show();
    });
    source.addEventListener("status", () => htmx.trigger(region(), "moved"));
  };
  addEventListener("pagehide", stop);
  addEventListener("pageshow", (event) => { if (event.persisted) start(); });
  start();
})();
