// Every input of Block Kit as a native control; each speaks in the values the sandbox expects.

import { bot, nameOf, channelOf, session } from "./api.js";
import { combobox } from "./combobox.js";
import { h } from "./dom.js";
import { textOf, words } from "./text.js";

let count = 0;

/** What an input holds, out of the state Slack keeps of it. */
export function held(element, state) {
  const value = Object.entries(state ?? {}).find(([name]) => name !== "type")?.[1] ?? null;
  if (element.type === "external_select") return value;
  return Array.isArray(value) ? value.map((v) => v.value ?? v) : (value?.value ?? value);
}

/**
 * Make the control of an element; `change(value)` hears of every change and `typing(value)` of
 * what is not yet final. `attributes` carry id and aria names.
 */
export function control(element, { value, change, typing = () => {}, suggest, attributes = {} }) {
  const placeholder = words(element.placeholder);
  const common = { placeholder, ...attributes };
  switch (element.type) {
    case "plain_text_input":
      return typed(element.multiline ? "textarea" : "input", { ...common, maxlength: element.max_length ?? 3000, ...(element.multiline ? { rows: 3 } : { type: "text" }) }, value, change, typing);
    case "url_text_input":
      return typed("input", { ...common, type: "url" }, value, change, typing);
    case "email_text_input":
      return typed("input", { ...common, type: "email" }, value, change, typing);
    case "number_input":
      return typed("input", { ...common, type: "text", inputmode: "decimal" }, value, change, typing);
    case "datepicker":
      return moment("date", common, value ?? element.initial_date, change);
    case "timepicker":
      return moment("time", common, value ?? element.initial_time, change);
    case "datetimepicker":
      return moment("datetime-local", common, value ?? element.initial_date_time, change);
    case "radio_buttons":
      return ticks("radio", element, value ?? element.initial_option?.value, change, attributes);
    case "checkboxes":
      return ticks("checkbox", element, value ?? element.initial_options?.map((o) => o.value) ?? [], change, attributes);
    default:
      return element.type.endsWith("select") ? select(element, value, change, suggest, common) : h("em", {}, `[${element.type}]`);
  }
}

function typed(tag, attributes, value, change, typing) {
  const node = h(tag, { ...attributes, class: "text-input", value: value ?? "", autocomplete: "off" });
  node.addEventListener("input", () => typing(node.value || null));
  node.addEventListener("change", () => change(node.value || null));
  return node;
}

const localMinute = (seconds) => new Date(seconds * 1000 - new Date(seconds * 1000).getTimezoneOffset() * 60000).toISOString().slice(0, 16);

function moment(type, attributes, value, change) {
  const shown = type === "datetime-local" && value ? localMinute(value) : (value ?? "");
  const node = h("input", { ...attributes, type, class: "text-input short", value: shown });
  node.addEventListener("change", () => {
    const seconds = type === "datetime-local" && node.value ? Math.floor(new Date(node.value).getTime() / 1000) : null;
    change(type === "datetime-local" ? seconds : node.value || null);
  });
  return node;
}

function ticks(type, element, value, change, { id, ...attributes }) {
  const name = `ticks-${(count += 1)}`;
  const chosen = [value].flat();
  const rows = element.options.map((option, place) => {
    const box = h("input", { type, name, value: option.value, checked: chosen.includes(option.value), ...(place === 0 && id ? { id } : {}) });
    return h("label", { class: "tick" }, box, h("span", {}, textOf(option.text), option.description ? h("span", { class: "option-hint" }, textOf(option.description)) : null));
  });
  const group = h("div", { role: type === "radio" ? "radiogroup" : "group", class: "ticks", ...attributes }, rows);
  group.addEventListener("change", () => {
    const values = [...group.querySelectorAll("input:checked")].map((box) => box.value);
    change(type === "radio" ? values[0] : values);
  });
  return group;
}

function select(element, value, change, suggest, attributes) {
  const multiple = element.type.startsWith("multi_");
  const source = sources[element.type.replace("multi_", "")](element);
  const initial = [value ?? initialOf(element)].flat().filter(Boolean);
  const find = element.type.endsWith("external_select") ? (text) => outside(element, suggest, text) : async (text) => matching(source, text);
  return combobox({
    find, multiple, attributes, placeholder: attributes.placeholder || (multiple ? "Choose…" : "Choose one…"), most: element.max_selected_items,
    chosen: initial.map((v) => (v.text ? option(v) : source.find((o) => o.value === v)) ?? { value: v, text: String(v) }),
    change: (list) => change(multiple ? list.map((o) => o.value) : (list[0]?.raw ?? list[0]?.value ?? null)),
  });
}

const initialOf = (element) =>
  element.initial_option ?? element.initial_options ?? element.initial_user ?? element.initial_users ??
  element.initial_conversation ?? element.initial_conversations ?? element.initial_channel ?? element.initial_channels ?? null;

const option = (o, group = "") => ({ value: o.value, text: words(o.text), hint: words(o.description), group });
const people = () => session.state.people.filter((p) => !p.bot).map((p) => ({ value: p.id, text: p.real_name, hint: p.title }));
const channels = () => session.state.channels.filter((c) => !c.archived).map((c) => ({ value: c.id, text: placeName(c) }));
const sources = {
  static_select: (element) => (element.options ?? []).map((o) => option(o)).concat((element.option_groups ?? []).flatMap((g) => g.options.map((o) => option(o, words(g.label))))),
  external_select: () => [],
  users_select: people,
  conversations_select: channels,
  channels_select: () => session.state.channels.filter((c) => !c.archived && !c.dm_with).map((c) => ({ value: c.id, text: `#${c.name}` })),
};

export const placeName = (channel) => (channel.dm_with ? nameOf(channel.dm_with === session.me ? bot()?.id : channel.dm_with) : `#${channelOf(channel.id)?.name ?? channel.name}`);

function matching(source, text) {
  const wanted = text.toLowerCase();
  return source.filter((o) => `${o.text} ${o.hint ?? ""}`.toLowerCase().includes(wanted));
}

async function outside(element, suggest, text) {
  const least = element.min_query_length ?? 3;
  if (text.length < least) throw new Error(`Type at least ${least} characters`);
  if (!suggest) throw new Error("Nothing can be looked up here");
  const answer = await suggest(text);
  if (!answer.ok || answer.error) throw new Error(answer.error ?? "The app did not answer.");
  const found = answer.options?.option_groups ?? answer.options ?? [];
  return found.flatMap((o) => (o.options ? o.options.map((inner) => ({ ...option(inner, words(o.label)), raw: inner })) : [{ ...option(o), raw: o }]));
}
