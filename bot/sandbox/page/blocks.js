// Draws Block Kit as DOM nodes. Text of others is only ever set as text, never as markup.

export const el = (name, attributes = {}, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") node.className = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value != null) node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
};

const EMOJI = { warning: "⚠️", white_check_mark: "✅", memo: "📝", scales: "⚖️", raised_hand: "✋",
  construction: "🚧", handshake: "🤝", eyes: "👀", "+1": "👍" };
export const emoji = (name) => EMOJI[name] ?? `:${name}:`;

const entities = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
const safe = (url) => (/^(https?:|mailto:)/.test(url) ? url : "about:blank");
const anchor = (url, text) => el("a", { href: safe(url), target: "_blank", rel: "noreferrer" }, text || url);

export const names = { people: new Map(), channels: new Map(), groups: new Map(), go: () => {} };
const person = (id) => el("span", { class: "mention" }, `@${names.people.get(id) ?? id}`);
const channel = (id) => el("button", { class: "button", type: "button", onclick: () => names.go(id) },
  `#${names.channels.get(id) ?? "private channel"}`);

export const mrkdwn = (text) => {
  const out = el("span");
  for (const part of text.split(/(<[^>\n]+>)/)) {
    const inner = part.match(/^<(.+)>$/)?.[1];
    if (inner == null) out.append(entities(part));
    else if (inner.startsWith("@")) out.append(person(inner.slice(1).split("|")[0]));
    else if (inner.startsWith("#")) out.append(channel(inner.slice(1).split("|")[0]));
    else if (inner.startsWith("!")) out.append(el("span", { class: "mention" }, inner));
    else { const [url, label] = inner.split("|"); out.append(anchor(url, entities(label ?? ""))); }
  }
  return out;
};

const textOf = (object) => (object.type === "mrkdwn" ? mrkdwn(object.text) : document.createTextNode(object.text));

const when = (leaf) => {
  const date = new Date(leaf.timestamp * 1000);
  const text = date.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  return el("time", { datetime: date.toISOString(), title: leaf.fallback }, text);
};

const leafOf = (leaf) => {
  switch (leaf.type) {
    case "text": {
      const style = leaf.style ?? {};
      let node = document.createTextNode(leaf.text);
      if (style.code) node = el("code", {}, node);
      if (style.bold) node = el("strong", {}, node);
      if (style.italic) node = el("em", {}, node);
      if (style.strike) node = el("s", {}, node);
      return node;
    }
    case "user": return person(leaf.user_id);
    case "usergroup": return el("span", { class: "mention" }, `@${names.groups.get(leaf.usergroup_id)}`);
    case "channel": return channel(leaf.channel_id);
    case "link": return anchor(leaf.url, leaf.text);
    case "date": return when(leaf);
    case "emoji": return document.createTextNode(emoji(leaf.name));
    case "broadcast": return el("span", { class: "mention" }, `@${leaf.range}`);
    default: return document.createTextNode("");
  }
};

const richPart = (part) => {
  if (part.type === "rich_text_list") {
    const list = el(part.style === "ordered" ? "ol" : "ul");
    for (const item of part.elements) list.append(el("li", {}, ...item.elements.map(leafOf)));
    return list;
  }
  const tag = { rich_text_quote: "blockquote", rich_text_preformatted: "pre" }[part.type] ?? "div";
  return el(tag, {}, ...part.elements.map(leafOf));
};

const control = (element, press) => {
  if (element.type === "button") {
    const act = () => {
      const ask = element.confirm;
      if (!ask || window.confirm(`${ask.title.text}\n\n${ask.text.text}`)) press(element.action_id, element.value);
    };
    return el("button", { type: "button", class: `button ${element.style ?? ""}`, onclick: act,
      "data-action": element.action_id }, element.text.text);
  }
  const options = element.options ?? [];
  const label = element.placeholder?.text ?? "Choose…";
  const select = el("select", { "aria-label": label, onchange: (event) => press(element.action_id, event.target.value) },
    el("option", { value: "" }, label), ...options.map((o) => el("option", { value: o.value }, o.text.text)));
  return select;
};

export const draw = (blocks, press) => blocks.map((block) => {
  const box = (kind, ...children) => el("div", { class: `block ${kind}` }, ...children);
  switch (block.type) {
    case "header": return box("header", block.text.text);
    case "section": return box("section", block.text ? textOf(block.text) : null,
      ...(block.fields ?? []).map((f) => el("div", {}, textOf(f))),
      block.accessory ? control(block.accessory, press) : null);
    case "context": return box("context", ...block.elements.map((e) => (e.type === "image" ? el("img", { src: e.image_url, alt: e.alt_text }) : textOf(e))));
    case "actions": return el("div", { class: "actions" }, ...block.elements.map((e) => control(e, press)));
    case "divider": return el("hr");
    case "rich_text": return box("rich", ...block.elements.map(richPart));
    case "image": return box("image", el("img", { src: safe(block.image_url), alt: block.alt_text }));
    default: return box("unknown", `(${block.type})`);
  }
});
