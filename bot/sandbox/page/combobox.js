// A field to choose one or several things from a list by typing; keys work as in any combobox.

import { h, iconButton } from "./dom.js";

let count = 0;

/**
 * `find(typed)` resolves to [{value, text, hint, group}] or throws an Error to be shown;
 * `change(chosen)` hears of every new choice, always as a list.
 */
export function combobox({ find, chosen, change, multiple = false, most = Infinity, placeholder = "", attributes = {} }) {
  const id = `list-${(count += 1)}`;
  const state = { chosen, found: [], active: -1, asked: 0 };
  const list = h("ul", { id, role: "listbox", class: "options", hidden: true, "aria-multiselectable": multiple });
  const input = h("input", {
    type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-expanded": "false", "aria-controls": id,
    "aria-autocomplete": "list", ...attributes,
  });
  const tokens = h("span", { class: "tokens" });
  const box = h("div", { class: "combo" }, tokens, input, list);

  const rest = () => {
    input.placeholder = state.chosen.length && multiple ? "" : placeholder;
    input.value = multiple ? "" : (state.chosen[0]?.text ?? "");
    tokens.replaceChildren(...(multiple ? state.chosen.map(token) : []));
  };
  const token = (option) => h("span", { class: "token" }, option.text,
    iconButton("close", `Remove ${option.text}`, () => set(state.chosen.filter((o) => o.value !== option.value))));
  const set = (next) => {
    state.chosen = next;
    rest();
    change(next);
  };
  const close = () => {
    list.hidden = true;
    state.active = -1;
    state.asked += 1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const note = (text) => list.replaceChildren(h("li", { class: "option-note", role: "presentation" }, text));
  const open = async (typed) => {
    const asked = (state.asked += 1);
    state.found = [];
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    if (!list.children.length) note("Looking…");
    try {
      const found = await find(typed);
      if (asked !== state.asked) return;
      state.found = multiple ? found.filter((o) => !state.chosen.some((c) => c.value === o.value)) : found;
      fill();
    } catch (error) {
      if (asked === state.asked) note(error.message);
    }
    list.scrollIntoView({ block: "nearest" });
  };
  const fill = () => {
    if (!state.found.length) return note("No results");
    const rows = state.found.flatMap((option, place) => [
      option.group && option.group !== state.found[place - 1]?.group ? h("li", { class: "option-group", role: "presentation" }, option.group) : [],
      h("li", {
        id: `${id}-${place}`, role: "option", class: "option", "aria-selected": String(state.chosen.some((c) => c.value === option.value)),
        on: { mousedown: (event) => event.preventDefault(), click: () => choose(option) },
      }, h("span", {}, option.text), option.hint ? h("span", { class: "option-hint" }, option.hint) : null),
    ]);
    list.replaceChildren(...rows.flat());
    return activate(Math.max(0, state.found.findIndex((o) => state.chosen.some((c) => c.value === o.value))));
  };
  const activate = (place) => {
    list.querySelector(".active")?.classList.remove("active");
    state.active = (place + state.found.length) % state.found.length;
    const row = document.getElementById(`${id}-${state.active}`);
    row?.classList.add("active");
    row?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", `${id}-${state.active}`);
  };
  const choose = (option) => {
    close();
    if (!multiple) return set([option]);
    return set(state.chosen.length < most ? [...state.chosen, option] : state.chosen);
  };

  let timer = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => open(input.value.trim()), 120);
  });
  input.addEventListener("click", () => list.hidden && open(""));
  input.addEventListener("focus", () => !multiple && input.select());
  input.addEventListener("blur", () => {
    clearTimeout(timer);
    close();
    rest();
  });
  input.addEventListener("keydown", (event) => {
    const isOpen = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) open("");
      else if (state.found.length) activate(state.active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (isOpen && state.found[state.active]) choose(state.found[state.active]);
      else if (!isOpen) open("");
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      close();
      rest();
    } else if (event.key === "Backspace" && multiple && !input.value && state.chosen.length) {
      set(state.chosen.slice(0, -1));
    }
  });
  rest();
  return box;
}
