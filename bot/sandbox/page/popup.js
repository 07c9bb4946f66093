// The one menu of the page and its small questions: open beside a button, gone on Escape.

import { h } from "./dom.js";
import { words } from "./text.js";

const popup = () => document.getElementById("popup");

/** Open `content` beside `anchor`; focus goes in, and comes back when it closes. */
export function open(anchor, label, ...content) {
  const box = popup();
  box.replaceChildren(...content);
  box.setAttribute("aria-label", label);
  const host = anchor.closest("dialog") ?? document.body;
  if (box.parentElement !== host) host.append(box);
  box.showPopover();
  place(box, anchor.getBoundingClientRect());
  box.querySelector("button:not(:disabled), input")?.focus();
  box.onkeydown = (event) => move(box, event);
  box.ontoggle = (event) => {
    if (event.newState === "closed" && (document.activeElement === document.body || box.contains(document.activeElement))) anchor.focus();
  };
}

export const close = () => popup().matches(":popover-open") && popup().hidePopover();

function place(box, at) {
  const { width, height } = box.getBoundingClientRect();
  const below = at.bottom + 4 + height < innerHeight;
  box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  box.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`;
}

function move(box, event) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step || event.target.matches("input")) return;
  event.preventDefault();
  const items = [...box.querySelectorAll("button:not(:disabled)")];
  items.at((items.indexOf(document.activeElement) + step) % items.length)?.focus();
}

/** A menu of {label, hint, lead, act, danger, heading}; null entries are left out. */
export function menu(anchor, label, entries) {
  const rows = entries.filter(Boolean).map((entry) => {
    if (entry.heading) return h("p", { class: "menu-heading" }, entry.heading);
    const choose = () => {
      close();
      entry.act();
    };
    return h("button", { type: "button", role: "menuitem", class: `menu-item${entry.danger ? " danger" : ""}`, on: { click: choose } },
      entry.lead ?? null, h("span", {}, h("span", { class: "menu-label" }, entry.label), entry.hint ? h("span", { class: "menu-hint" }, entry.hint) : null));
  });
  open(anchor, label, h("div", { role: "menu", class: "menu", "aria-label": label }, rows));
}

/** Ask in a small dialog; resolves to the typed text, true without a text field, or null. */
export function ask({ title, text = [], field = null, value = "", yes = "OK", no = "Cancel", danger = false }) {
  const dialog = document.getElementById("question");
  const input = field && h(value.includes("\n") ? "textarea" : "input", { id: "question-field", value, required: true, autocomplete: "off", class: "text-input" });
  return new Promise((resolve) => {
    const form = h("form", { method: "dialog", on: { submit: () => (dialog.returnValue = "yes") } },
      h("h2", { id: "question-title" }, title), h("div", { class: "question-text" }, text),
      field ? h("label", { for: "question-field" }, field) : null, input,
      h("div", { class: "buttons" },
        h("button", { type: "button", class: "button", on: { click: () => dialog.close("") } }, no),
        h("button", { type: "submit", class: `button ${danger ? "danger" : "primary"}` }, yes)));
    dialog.returnValue = "";
    dialog.replaceChildren(form);
    dialog.onclose = () => resolve(dialog.returnValue === "yes" ? (input ? input.value.trim() : true) : null);
    dialog.showModal();
    input?.select();
  });
}

/** Ask what the bot wants confirmed before a button counts. */
export const confirmed = async (confirm, text) =>
  !confirm || Boolean(await ask({ title: words(confirm.title), text, yes: words(confirm.confirm), no: words(confirm.deny), danger: confirm.style === "danger" }));

const FAILURES = {
  operation_timeout: "The app did not answer within three seconds",
  dispatch_failed: "The app answered with an error",
  dispatch_unreachable: "The app could not be reached",
  no_bot: "No app is connected to this sandbox",
};
export const failure = (code) => (FAILURES[code] ? `${FAILURES[code]} (${code}).` : String(code));

/** Show a notice until it is dismissed or has been there for a while. */
export function notice(title, text) {
  const node = h("div", { class: "notice" },
    h("div", {}, h("strong", {}, title), h("p", {}, text)),
    h("button", { type: "button", class: "link", on: { click: () => node.remove() } }, "Dismiss"));
  const box = document.getElementById("notices");
  box.append(node);
  while (box.children.length > 3) box.firstElementChild.remove();
  setTimeout(() => node.remove(), 15000);
}

/** Report what went wrong with something a person did; returns whether it went well. */
export function went(what, answer) {
  if (answer.ok && !answer.error) return true;
  notice(`${what} did not work`, failure(answer.error ?? "unknown"));
  return false;
}
