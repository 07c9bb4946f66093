// Everything a person can choose from or type into, in forms and on messages alike.

import { button, el } from "/static/dom.js";

// Who and what can be chosen; app.js keeps it true.
export const choices = { people: [], channels: [] };

const MULTIPLE = new Set(["multi_static_select", "multi_users_select"]);

const pairs = (element) => {
  switch (element.type) {
    case "users_select": case "multi_users_select": return choices.people.map((p) => [p.id, p.real_name]);
    case "conversations_select": case "channels_select": return choices.channels.map((c) => [c.id, `#${c.name}`]);
    default: return (element.options ?? []).map((o) => [o.value, o.description ? `${o.text.text}: ${o.description.text}` : o.text.text]);
  }
};

const ids = (value) => [value ?? []].flat().map((item) => item?.value ?? item);

const select = (element, { attributes, value, set }) => {
  const multiple = MULTIPLE.has(element.type), chosen = new Set(ids(value));
  const node = el("select", { ...attributes, multiple, size: multiple ? 4 : null,
    onchange: () => set(multiple ? [...node.selectedOptions].map((o) => o.value) : node.value || null) });
  if (!multiple) node.append(el("option", { value: "" }, element.placeholder?.text ?? "Choose…"));
  node.append(...pairs(element).map(([id, text]) => el("option", { value: id, selected: chosen.has(id) }, text)));
  return node;
};

const typed = (kind, more = {}) => (element, { attributes, value, set, typing }) => {
  const common = { ...attributes, ...more, placeholder: element.placeholder?.text, maxlength: element.max_length,
    onchange: (event) => set(event.target.value || null), oninput: (event) => typing?.(event.target.value) };
  if (element.multiline) {
    const area = el("textarea", { ...common, rows: "3" });
    area.value = value ?? "";
    return area;
  }
  return el("input", { ...common, type: kind, value: value ?? "" });
};

const picks = (kind) => (element, { attributes, label, value, set }) => {
  const chosen = new Set(ids(value)), name = attributes.id ?? `pick-${Math.random()}`;
  const group = el("fieldset", { ...attributes, "aria-label": label });
  const given = () => [...group.querySelectorAll("input:checked")].map((input) => input.value);
  for (const option of element.options) {
    const input = el("input", { type: kind, name, value: option.value, checked: chosen.has(option.value),
      onchange: () => set(kind === "radio" ? option.value : given()) });
    group.append(el("label", { class: "pick" }, input, el("span", {}, option.text.text),
      option.description ? el("small", {}, option.description.text) : null));
  }
  return group;
};

const moment = (element, { attributes, value, set }) => {
  const shown = value ? new Date(value * 1000 - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 16) : "";
  return el("input", { ...attributes, type: "datetime-local", value: shown,
    onchange: (event) => set(event.target.value ? Math.floor(new Date(event.target.value).getTime() / 1000) : null) });
};

// A type-ahead: the bot is asked with every letter, and only its latest answer is shown.
const external = (element, { attributes, value, set, suggest, typing, typed: kept }) => {
  const list = el("ul", { class: "choices", role: "listbox", id: `${attributes.id}-list`, "aria-label": "Suggestions", hidden: true });
  let asked = 0;
  const hide = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); };
  const search = async (text) => {
    const number = (asked += 1), options = await suggest(text);
    if (number !== asked) return;
    list.replaceChildren(...options.map((option) => el("li", { role: "presentation" },
      button(option.text.text, () => { typing?.(null); hide(); set(option); }, { role: "option", "aria-selected": "false" }))));
    list.hidden = !options.length;
    input.setAttribute("aria-expanded", String(options.length > 0));
  };
  const input = el("input", { ...attributes, role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list",
    "aria-controls": `${attributes.id}-list`, autocomplete: "off", value: kept ?? value?.text?.text ?? "", placeholder: element.placeholder?.text,
    oninput: (event) => { typing?.(event.target.value); search(event.target.value); },
    onfocus: (event) => { event.target.select(); search(kept ?? ""); },
    onkeydown: (event) => {
      if (event.key === "ArrowDown") { event.preventDefault(); list.querySelector("button")?.focus(); }
      if (event.key === "Escape" && !list.hidden) { event.preventDefault(); event.stopPropagation(); hide(); }
    } });
  list.addEventListener("keydown", (event) => {
    const all = [...list.querySelectorAll("button")], at = all.indexOf(document.activeElement);
    if (event.key === "ArrowDown") { event.preventDefault(); all[at + 1]?.focus(); }
    if (event.key === "ArrowUp") { event.preventDefault(); (all[at - 1] ?? input).focus(); }
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); hide(); input.focus(); }
  });
  const box = el("div", {}, input, list);
  box.addEventListener("focusout", (event) => { if (!box.contains(event.relatedTarget)) hide(); });
  return box;
};

const CONTROLS = {
  plain_text_input: typed("text"), url_text_input: typed("url"), email_text_input: typed("email"),
  number_input: typed("text", { inputmode: "decimal" }), datepicker: typed("date"), timepicker: typed("time"),
  datetimepicker: moment, radio_buttons: picks("radio"), checkboxes: picks("checkbox"), external_select: external,
};

// Draws one element. `about` holds: label, value, set(value), and in forms id, describedBy,
// invalid, typing(text) to keep what is half typed, suggest(text) for type-aheads.
export const control = (element, about) => {
  const attributes = { id: about.id, "aria-label": about.id ? null : about.label, "data-action": element.action_id,
    "aria-describedby": about.describedBy || null, "aria-invalid": about.invalid ? "true" : null };
  return (CONTROLS[element.type] ?? select)(element, { ...about, attributes });
};
