// Builds elements from data, so that nobody's words are ever read as HTML.

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "required", "selected", "open"]);
const PATHS = {
  hash: "M6.2 2.5 4.8 13.5M11.2 2.5 9.8 13.5M2.5 5.8h11.3M2.2 10.2h11.3",
  lock: "M4 7.5h8v6H4zM5.8 7.5V5.2a2.2 2.2 0 0 1 4.4 0v2.3",
  close: "M4 4l8 8M12 4l-8 8",
  back: "M9.5 3.5 5 8l4.5 4.5",
  down: "M4 6.2 8 10l4-3.8",
  more: "M3.6 8h.01M8 8h.01M12.4 8h.01",
  reply: "M2.8 3.2h10.4v7.2H7.4L4.4 13v-2.6H2.8z",
  smile: "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2zM5.6 9.4c1.2 1.9 3.6 1.9 4.8 0M6 6.3h.01M10 6.3h.01",
  pin: "M6 2.5h4l-.5 4 2 2.2H4.5l2-2.2zM8 8.7v4.8",
  link: "M6.8 9.2l2.4-2.4M7.6 4.9l1-1a2.5 2.5 0 0 1 3.5 3.5l-1 1M8.4 11.1l-1 1a2.5 2.5 0 0 1-3.5-3.5l1-1",
  bolt: "M9 1.8 3.8 9h3.6L7 14.2 12.2 7H8.6z",
  send: "M2.5 13.2 14 8 2.5 2.8 4 8zM4 8h5",
  people: "M6 7.4a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6zM1.8 13c.2-2.6 1.8-4 4.2-4s4 1.4 4.2 4M10.6 3.2a2.2 2.2 0 0 1 0 4M12 9.4c1.4.5 2.1 1.8 2.2 3.6",
  eye: "M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8zM8 9.7a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4z",
  menu: "M2.5 4h11M2.5 8h11M2.5 12h11",
  warn: "M8 2.4 14.4 13.4H1.6zM8 6.4v3.2M8 11.6h.01",
};

/** Make an element; `on` holds listeners, what is null or false is left out. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [type, act] of Object.entries(value)) node.addEventListener(type, act);
    else if (PROPERTIES.has(name)) node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  svg.append(path);
  return svg;
}

export const iconButton = (name, label, click, more = {}) =>
  h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click }, ...more }, icon(name));

const shown = new WeakMap();

/**
 * Show `items` ({key, data}) in `parent` and touch only what changed: focus, typing and scroll
 * survive, and a live region speaks only of what is new.
 */
export function show(parent, items, build) {
  const before = shown.get(parent) ?? new Map();
  const after = new Map();
  for (const { key, data } of items) {
    const json = JSON.stringify(data);
    const known = before.get(key);
    after.set(key, known?.json === json ? known : { json, node: build(data, known?.node), data });
  }
  shown.set(parent, after);
  const nodes = [...after.values()].map((entry) => entry.node);
  for (const node of [...parent.children]) if (!nodes.includes(node)) node.remove();
  nodes.forEach((node, place) => {
    if (parent.children[place] !== node) parent.insertBefore(node, parent.children[place] ?? null);
  });
}

/** Give up what `show` remembers of a parent, so that the next call builds everything anew. */
export function forget(parent) {
  shown.delete(parent);
  parent.replaceChildren();
}
