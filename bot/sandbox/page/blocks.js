// Shows the blocks of messages, forms and homes as Slack lays them out.

import { nameOf } from "./api.js";
import { h, icon, show } from "./dom.js";
import { control } from "./inputs.js";
import * as popup from "./popup.js";
import { anchor, channelLink, emoji, group, instant, mention, textOf, words } from "./text.js";

/**
 * Show blocks in `parent`. `surface.press(block, element, value)` resolves when the bot has
 * answered; `surface.input(block)` makes the field of an input block.
 */
export function showBlocks(parent, blocks, surface) {
  const items = blocks.map((block, place) => ({ key: block.block_id ?? `#${place}`, data: block }));
  show(parent, items, (block) => h("div", { class: `block ${block.type}` }, (BLOCKS[block.type] ?? unknown)(block, surface)));
}

const unknown = (block) => h("p", { class: "unknown" }, `[${block.type} cannot be shown here]`);

const BLOCKS = {
  header: (block) => h("h3", {}, textOf(block.text)),
  divider: () => h("hr"),
  section: (block, surface) => [
    h("div", { class: "section-body" },
      block.text ? h("div", { class: "text" }, textOf(block.text)) : null,
      block.fields ? h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "text" }, textOf(field)))) : null),
    block.accessory ? h("div", { class: "accessory" }, element(block, block.accessory, surface)) : null,
  ],
  context: (block) => block.elements.map((part) => (part.type === "image" ? image(part) : h("span", { class: "text" }, textOf(part)))),
  actions: (block, surface) => block.elements.map((part) => element(block, part, surface)),
  image: (block) => h("figure", {}, block.title ? h("figcaption", {}, textOf(block.title)) : null, image(block)),
  rich_text: (block) => block.elements.map(rich),
  input: (block, surface) => (surface.input ? surface.input(block) : unknown(block)),
};

/** Pictures from elsewhere are not fetched; their description stands for them. */
function image(part) {
  const address = part.image_url ?? "";
  if (address.startsWith("data:") || address.startsWith("/")) return h("img", { src: address, alt: part.alt_text });
  return h("span", { class: "picture", role: "img", "aria-label": part.alt_text }, icon("eye"), part.alt_text);
}

function element(block, part, surface) {
  if (part.type === "image") return image(part);
  if (part.type === "button") return button(block, part, surface);
  if (part.type === "overflow") return overflow(block, part, surface);
  const change = async (value) => (await popup.confirmed(part.confirm, textOf(part.confirm?.text))) && surface.press(block, part, value);
  return h("div", { class: "inline-control" }, control(part, { value: null, change, attributes: { "aria-label": words(part.placeholder) || part.type.replaceAll("_", " ") } }));
}

function button(block, part, surface) {
  const press = async (event) => {
    const node = event.currentTarget;
    if (node.getAttribute("aria-busy") === "true") return;
    if (!(await popup.confirmed(part.confirm, textOf(part.confirm?.text)))) return;
    node.setAttribute("aria-busy", "true");
    await surface.press(block, part, null);
    node.removeAttribute("aria-busy");
  };
  const look = { class: `button ${part.style ?? ""}`, "aria-label": part.accessibility_label, on: { click: press } };
  if (part.url && /^https?:/i.test(part.url)) return h("a", { ...look, href: part.url, target: "_blank", rel: "noopener noreferrer" }, words(part.text));
  return h("button", { ...look, type: "button" }, words(part.text));
}

function overflow(block, part, surface) {
  const choose = async (option) => {
    if (option.url && /^https?:/i.test(option.url)) window.open(option.url, "_blank", "noopener");
    if (await popup.confirmed(part.confirm, textOf(part.confirm?.text))) surface.press(block, part, option.value);
  };
  const open = (event) => popup.menu(event.currentTarget, "More actions", part.options.map((option) => ({ label: words(option.text), hint: words(option.description), act: () => choose(option) })));
  return h("button", { type: "button", class: "button square", "aria-label": "More actions", "aria-haspopup": "menu", on: { click: open } }, icon("more"));
}

function rich(part) {
  const inner = () => part.elements.map((leaf) => styled(leaf, LEAVES[leaf.type]?.(leaf) ?? `[${leaf.type}]`));
  switch (part.type) {
    case "rich_text_list":
      return h(part.style === "ordered" ? "ol" : "ul", { class: `indent-${Math.min(part.indent ?? 0, 4)}`, start: part.offset ? part.offset + 1 : null },
        part.elements.map((item) => h("li", {}, rich(item))));
    case "rich_text_quote":
      return h("blockquote", { class: "plain" }, inner());
    case "rich_text_preformatted":
      return h("pre", {}, inner());
    default:
      return h("div", { class: "plain" }, inner());
  }
}

const STYLES = [["code", "code"], ["strike", "s"], ["italic", "em"], ["bold", "strong"]];
const styled = (leaf, node) => STYLES.reduce((inside, [style, tag]) => (leaf.style?.[style] ? h(tag, {}, inside) : inside), node);
const LEAVES = {
  text: (leaf) => leaf.text,
  link: (leaf) => anchor(leaf.url, leaf.text || leaf.url),
  user: (leaf) => mention(leaf.user_id),
  usergroup: (leaf) => group(leaf.usergroup_id),
  channel: (leaf) => channelLink(leaf.channel_id),
  broadcast: (leaf) => h("span", { class: "mention loud" }, `@${leaf.range}`),
  emoji: (leaf) => h("span", { role: "img", "aria-label": leaf.name }, emoji(leaf.name)),
  date: (leaf) => instant(leaf.timestamp, leaf.format, leaf.fallback, leaf.url),
  color: (leaf) => h("code", {}, leaf.value),
};

/** A round picture of somebody: their initials on a colour of their own. */
export function avatar(id, isBot = false) {
  const name = nameOf(id);
  const tint = [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 8, 0);
  const initials = name.replace(/[^\p{L}\s]/gu, "").split(/\s+/).filter(Boolean).map((w) => w[0]).slice(0, 2).join("").toUpperCase();
  return h("span", { class: isBot ? "avatar bot" : `avatar tint-${tint}`, "aria-hidden": "true" }, initials);
}
