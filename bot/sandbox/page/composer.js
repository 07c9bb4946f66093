// The box to write in: words are posted, what begins with a slash runs a command.

import { act, session } from "./api.js";
import { h, icon } from "./dom.js";
import { went } from "./popup.js";

/** Make a box for `channel`; `threadTs` answers in a thread; `done` runs after something was sent. */
export function composer({ id, label, channel, threadTs = null, done }) {
  const list = h("ul", { class: "options above", role: "listbox", id: `${id}-list`, hidden: true, "aria-label": "Suggestions" });
  const box = h("textarea", {
    id, rows: 1, "aria-label": label, placeholder: label, autocomplete: "off", "aria-controls": `${id}-list`, "aria-autocomplete": "list",
  });
  const send = h("button", { type: "submit", class: "icon-button send", "aria-label": "Send", title: "Send" }, icon("send"));
  const state = { found: [], active: 0 };

  const close = () => {
    state.found = [];
    list.hidden = true;
    box.removeAttribute("aria-activedescendant");
  };
  const suggest = () => {
    state.found = threadTs && box.value.startsWith("/") ? [] : completions(box.value.slice(0, box.selectionStart));
    state.active = 0;
    if (!state.found.length) return close();
    list.replaceChildren(...state.found.map((found, place) => h("li", {
      id: `${id}-${place}`, class: "option", role: "option", "aria-selected": "false",
      on: { mousedown: (event) => event.preventDefault(), click: () => take(found) },
    }, h("span", {}, found.label), h("span", { class: "option-hint" }, found.hint))));
    list.hidden = false;
    return mark();
  };
  const mark = () => {
    [...list.children].forEach((row, place) => {
      row.classList.toggle("active", place === state.active);
      row.setAttribute("aria-selected", String(place === state.active));
    });
    box.setAttribute("aria-activedescendant", `${id}-${state.active}`);
  };
  const take = (found) => {
    const end = box.selectionStart;
    const start = end - found.typed.length;
    box.setRangeText(`${found.insert} `, start, end, "end");
    close();
    box.focus();
  };
  const submit = async () => {
    const text = box.value.trim();
    if (!text) return;
    close();
    box.value = "";
    const isCommand = text.startsWith("/") && !text.startsWith("//");
    const sent = isCommand ? await command(channel, threadTs, text) : went("Your message", await act("say", { channel, text: linked(text), ...(threadTs ? { thread_ts: threadTs } : {}) }));
    if (!sent && !box.value) box.value = text;
    done();
  };

  box.addEventListener("input", suggest);
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    const isOpen = state.found.length > 0;
    const exact = isOpen && state.found[state.active].insert === box.value.trim();
    if (isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      state.active = (state.active + (event.key === "ArrowDown" ? 1 : -1) + state.found.length) % state.found.length;
      mark();
    } else if (isOpen && (event.key === "Tab" || (event.key === "Enter" && !exact)) && !event.shiftKey) {
      event.preventDefault();
      take(state.found[state.active]);
    } else if (isOpen && event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
  });
  const sent = (event) => {
    event.preventDefault();
    submit();
  };
  return h("form", { class: "composer", on: { submit: sent } }, list, box, send);
}

async function command(channel, threadTs, text) {
  const [name, ...rest] = text.split(/\s/);
  if (threadTs) return went(name, { ok: false, error: "Slack runs no slash commands in threads." });
  const declared = session.state.commands.find((c) => c.command === name);
  const words = text.slice(name.length).trim();
  const answer = await act("command", { channel, command: name, text: rest.length && declared?.should_escape ? linked(words, true) : words });
  return went(name, answer);
}

/** What can be completed at the end of `text`: a command at its start, or a person or channel. */
function completions(text) {
  const slash = /^\/\S*$/.exec(text);
  if (slash) {
    return session.state.commands.filter((c) => c.command.startsWith(slash[0]))
      .map((c) => ({ typed: slash[0], insert: c.command, label: `${c.command} ${c.usage_hint ?? ""}`, hint: c.description }));
  }
  const name = /(?:^|\s)([@#][\w-]*)$/.exec(text)?.[1];
  if (!name) return [];
  const wanted = name.slice(1).toLowerCase();
  const people = session.state.people.map((p) => ({ typed: name, insert: `@${p.name}`, label: p.real_name, hint: p.title || `@${p.name}` }));
  const groups = session.state.groups.map((g) => ({ typed: name, insert: `@${g.handle}`, label: `@${g.handle}`, hint: "User group" }));
  const channels = session.state.channels.filter((c) => !c.dm_with && !c.archived).map((c) => ({ typed: name, insert: `#${c.name}`, label: `#${c.name}`, hint: c.topic }));
  const found = name[0] === "@" ? [...people, ...groups] : channels;
  return found.filter((f) => `${f.insert.slice(1)} ${f.label}`.toLowerCase().includes(wanted)).slice(0, 8);
}

/** Words as Slack sends them: escaped, with @name and #channel made into mentions. */
function linked(text, named = false) {
  const escaped = text.replace(/[&<>]/g, (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[letter]);
  return escaped.replace(/(^|[\s(])([@#])([\w-]+)/g, (all, before, mark, name) => {
    const { people, groups, channels } = session.state;
    const who = mark === "@" && people.find((p) => p.name === name);
    const where = mark === "#" && channels.find((c) => c.name === name && !c.dm_with);
    const team = mark === "@" && groups.find((g) => g.handle === name);
    if (who) return `${before}<@${who.id}${named ? `|${name}` : ""}>`;
    if (where) return `${before}<#${where.id}|${name}>`;
    if (team) return `${before}<!subteam^${team.id}${named ? `|@${name}` : ""}>`;
    return mark === "@" && ["here", "channel", "everyone"].includes(name) ? `${before}<!${name}>` : all;
  });
}
