// Draws Block Kit. `press(action_id, value)` is called when somebody uses what is on it.

import { button, confirmed, el, popover } from "/static/dom.js";
import { control } from "/static/elements.js";
import { anchor, broadcast, channel, emoji, group, markdown, person, safe, textOf, when } from "/static/text.js";

const styled = (text, style = {}) => {
  let node = document.createTextNode(text);
  if (style.code) node = el("code", {}, node);
  if (style.bold) node = el("strong", {}, node);
  if (style.italic) node = el("em", {}, node);
  if (style.strike) node = el("s", {}, node);
  return node;
};

const LEAVES = {
  text: (leaf) => styled(leaf.text, leaf.style),
  user: (leaf) => person(leaf.user_id),
  usergroup: (leaf) => group(leaf.usergroup_id),
  channel: (leaf) => channel(leaf.channel_id),
  link: (leaf) => anchor(leaf.url, leaf.text),
  date: (leaf) => when(leaf.timestamp, leaf.fallback),
  emoji: (leaf) => document.createTextNode(emoji(leaf.name)),
  broadcast: (leaf) => broadcast(leaf.range),
};
const leaves = (elements) => elements.map((leaf) => LEAVES[leaf.type]?.(leaf) ?? "");

const RICH = {
  rich_text_section: (part) => el("div", {}, ...leaves(part.elements)),
  rich_text_quote: (part) => el("blockquote", {}, ...leaves(part.elements)),
  rich_text_preformatted: (part) => el("pre", {}, ...leaves(part.elements)),
  rich_text_list: (part) => el(part.style === "ordered" ? "ol" : "ul", { class: `indent-${part.indent ?? 0}` },
    ...part.elements.map((item) => el("li", {}, ...leaves(item.elements)))),
};
const rich = (block) => block.elements.map((part) => RICH[part.type]?.(part) ?? "");

const image = (block) => el("img", { src: safe(block.image_url), alt: block.alt_text, loading: "lazy" });

const pressed = async (element, press, value) => {
  const ask = element.confirm;
  const words = ask && { title: ask.title.text, text: ask.text.text, confirm: ask.confirm?.text, deny: ask.deny?.text, style: ask.style };
  if (!words || await confirmed(words)) press(element.action_id, value);
};

const overflow = (element, press) => popover("More actions", "⋯", () => element.options.map((option) =>
  button(option.text.text, () => pressed(element, press, option.value), { "data-closes": "" })), { class: "button", "data-action": element.action_id });

const interactive = (element, press) => {
  if (element.type === "image") return [image(element)];
  if (element.type === "overflow") return overflow(element, press);
  if (element.type !== "button") {
    const label = element.placeholder?.text ?? "Choose";
    const value = element.initial_option ?? element.initial_user ?? null;
    return [control(element, { label, value, set: (value) => pressed(element, press, value) })];
  }
  const node = button(element.text.text, () => pressed(element, press, element.value),
    { class: `button ${element.style ?? ""}`, "data-action": element.action_id, "aria-label": element.accessibility_label });
  if (element.url) node.addEventListener("click", () => window.open(safe(element.url), "_blank", "noreferrer"));
  return [node];
};

const cell = (content) => (content.type === "rich_text" ? rich(content) : [content.text ?? ""]);

const table = (block) => {
  const [head, ...rows] = block.rows;
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table" }, el("table", {},
    el("thead", {}, el("tr", {}, ...head.map((c) => el("th", { scope: "col" }, ...cell(c))))),
    el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((c) => el("td", {}, ...cell(c))))))));
};

const section = (block, press) => [
  el("div", { class: "words" }, block.text ? el("div", {}, textOf(block.text)) : null,
    block.fields?.length ? el("div", { class: "fields" }, ...block.fields.map((field) => el("div", {}, textOf(field)))) : null),
  block.accessory ? el("div", { class: "accessory" }, ...interactive(block.accessory, press)) : null,
];

const BLOCKS = {
  header: (block) => [el("p", { role: "heading", "aria-level": "3" }, textOf(block.text))],
  section,
  context: (block) => block.elements.map((e) => (e.type === "image" ? image(e) : el("span", {}, textOf(e)))),
  actions: (block, press) => block.elements.flatMap((element) => interactive(element, press)),
  divider: () => [el("hr")],
  rich_text: (block) => rich(block),
  image: (block) => [block.title ? el("p", {}, textOf(block.title)) : null, image(block)],
  markdown: (block) => [markdown(block.text)],
  table: (block) => [table(block)],
};

export const draw = (blocks, press) => blocks.map((block) => el("div", { class: `block ${block.type}` },
  ...(BLOCKS[block.type]?.(block, press) ?? [`(a block of the type ${block.type})`])));
