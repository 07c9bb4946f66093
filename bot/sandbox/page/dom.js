// Making and keeping DOM nodes. Text of others is only ever set as text, never as markup.

export const $ = (id) => document.getElementById(id);

export const el = (name, attributes = {}, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value == null || value === false) continue;
    if (key === "class") node.className = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child != null && child !== false));
  return node;
};

export const button = (text, onclick, attributes = {}) => el("button", { type: "button", onclick, ...attributes }, text);

// Makes a parent's children those of `items`, drawing again only what has changed: an item, or
// `drawnFor`, which names all else that the drawing shows.
export const sync = (parent, items, key, draw, drawnFor = "") => {
  const known = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const wanted = items.map((item) => {
    const name = String(key(item)), signature = `${drawnFor}${JSON.stringify(item)}`, node = known.get(name);
    known.delete(name);
    if (node?.signature === signature) return node;
    const fresh = draw(item);
    fresh.dataset.key = name;
    fresh.signature = signature;
    if (node) replace(node, fresh);
    return fresh;
  });
  for (const node of known.values()) node.remove();
  wanted.forEach((node, place) => {
    if (parent.children[place] !== node) parent.insertBefore(node, parent.children[place] ?? null);
  });
};

// Replaces a node and leaves the keyboard where it was.
const replace = (node, fresh) => {
  const inside = node.contains(document.activeElement) ? document.activeElement : null;
  const at = inside ? [...node.querySelectorAll("button, a, select, input")].indexOf(inside) : -1;
  node.replaceWith(fresh);
  if (inside) (fresh.querySelectorAll("button, a, select, input")[at] ?? fresh).focus?.();
};

let popovers = 0;

// A button and what it opens above the page; Escape and a click elsewhere close it.
export const popover = (label, text, content, attributes = {}) => {
  const id = `popover-${(popovers += 1)}`;
  const box = el("div", { id, popover: "auto", class: "popover", role: "group", "aria-label": label });
  const opener = el("button", { type: "button", "aria-label": label, "aria-haspopup": "true", popovertarget: id, ...attributes }, text);
  box.addEventListener("beforetoggle", (event) => {
    opener.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState !== "open") return;
    box.replaceChildren(...content().flat().filter(Boolean));
    const at = opener.getBoundingClientRect();
    box.style.insetInlineStart = `${Math.max(8, Math.min(at.left, window.innerWidth - 260))}px`;
    box.style.top = `${Math.min(at.bottom + 4, window.innerHeight - 320)}px`;
  });
  box.addEventListener("toggle", (event) => { if (event.newState === "open") box.querySelector("button, input")?.focus(); });
  box.addEventListener("click", (event) => { if (event.target.closest("[data-closes]")) box.hidePopover(); });
  return [opener, box];
};

// Asks before something is done; resolves to whether it was confirmed.
export const confirmed = (ask) => new Promise((resolve) => {
  const dialog = el("dialog", { class: "ask", "aria-labelledby": "ask-title" },
    el("header", {}, el("h2", { id: "ask-title" }, ask.title)), el("div", { class: "body" }, ask.text),
    el("footer", {}, button(ask.deny ?? "Cancel", () => dialog.close("no")),
      button(ask.confirm ?? "Yes", () => dialog.close("yes"), { class: `submit ${ask.style ?? ""}` })));
  dialog.addEventListener("close", () => { dialog.remove(); resolve(dialog.returnValue === "yes"); });
  document.body.append(dialog);
  dialog.showModal();
});

// Asks for one line of text; resolves to it, or to null.
export const asked = (title, label, given = "") => new Promise((resolve) => {
  const input = el("input", { id: "asked", value: given, autocomplete: "off" });
  const form = el("form", { method: "dialog", onsubmit: () => dialog.close("yes") },
    el("div", { class: "body" }, el("div", { class: "field" }, el("label", { for: "asked" }, label), input)),
    el("footer", {}, button("Cancel", () => dialog.close("no")), el("button", { class: "submit" }, "OK")));
  const dialog = el("dialog", { class: "ask", "aria-labelledby": "asked-title" },
    el("header", {}, el("h2", { id: "asked-title" }, title)), form);
  dialog.addEventListener("close", () => { dialog.remove(); resolve(dialog.returnValue === "yes" ? input.value.trim() : null); });
  document.body.append(dialog);
  dialog.showModal();
  input.select();
});
