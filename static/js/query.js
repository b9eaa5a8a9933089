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
    if (!region()?.dataset.stream) stop();
  });

  /* ---- The stream ---- */

  let source = null;
  const stop = () => { source?.close(); source = null; };
  const start = () => {
    const path = region()?.dataset.stream;
    const events = document.body.dataset.events; /* streams have a port of their own at times */
    if (!path || !events || !("EventSource" in window)) return;
    source = new EventSource(new URL(path, new URL(events, location)), { withCredentials: true });
    source.addEventListener("query", (event) => {
      const news = JSON.parse(event.data);
      const answer = find("#answer");
      if (news.status === "RUNNING" && answer && typeof news.answer === "string") answer.textContent = news.answer;
      else htmx.trigger(region(), "moved");
    });
    source.addEventListener("end", () => { stop(); htmx.trigger(region(), "moved"); });
  };
  addEventListener("pagehide", stop);
  addEventListener("pageshow", (event) => { if (event.persisted) start(); });
  start();
})();
