// Puts the page together: who is looking, at what, and everything around it, kept up to date.

import { act, bot, channelOf, listen, nameOf, person, readChannel, readState, session } from "./api.js";
import { channelTools, showBookmarks } from "./channel.js";
import { avatar, showBlocks } from "./blocks.js";
import { composer } from "./composer.js";
import { forget, h, icon, iconButton, show } from "./dom.js";
import { showForm } from "./form.js";
import { placeName } from "./inputs.js";
import { badge, showMessages } from "./messages.js";
import * as popup from "./popup.js";
import { words } from "./text.js";

const HOME = "home"; // the place that is no channel: the app's own page
const at = (id) => document.getElementById(id);
const view = { place: null, thread: null, wanted: null, parts: null, threadParts: null, unread: new Map(), online: true };

async function start() {
  const first = await readState("");
  const asked = new URLSearchParams(location.hash.slice(1));
  const remembered = asked.get("user") ?? sessionStorage.getItem("person");
  const own = first.people.filter((p) => !p.bot);
  session.state = first;
  session.me = own.find((p) => p.id === remembered)?.id ?? own[0].id;
  addEventListener("hashchange", visit);
  listen(refresh, (online) => {
    view.online = online;
    at("frame").classList.toggle("offline", !online);
  });
  await visit();
}

/** Go where the address says: #user=…&channel=…&message=… */
async function visit() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const user = asked.get("user");
  if (user && person(user) && user !== session.me) {
    session.me = user;
    view.unread.clear();
    forget(at("sidebar"));
    view.place = null;
  }
  sessionStorage.setItem("person", session.me);
  view.wanted = asked.get("message");
  go(asked.get("channel"));
  await refresh();
}

function go(place) {
  if (place !== view.place) {
    view.place = place;
    view.parts = null;
    closeThread();
  }
  at("frame").classList.remove("browsing");
}

const address = (place) => `#user=${session.me}&channel=${place}`;

let running = null;
let again = false;

/** Read and show everything once more; calls that arrive meanwhile become one. */
function refresh() {
  again = true;
  running ??= (async () => {
    while (again) {
      again = false;
      await update();
    }
    running = null;
  })();
  return running;
}

async function update() {
  const place = view.place && view.place !== HOME ? await readChannel(session.me, view.place) : null;
  const state = await readState(session.me);
  if (!state) return;
  session.state = state;
  if (!view.place || (view.place !== HOME && !channelOf(view.place))) {
    const start = state.channels.find((c) => c.member && c.name === "escalations") ?? state.channels.find((c) => c.member) ?? { id: HOME };
    go(start.id);
    again = true;
    return;
  }
  session.place = place;
  announce(state);
  showSidebar(state);
  if (view.place === HOME) showHome(state);
  else if (place) showChannel(place);
  showForm(state.view, state.view_depth ?? 1, refresh);
}

/** Tell of new words elsewhere, for ears and for the window's title. */
function announce(state) {
  let total = 0;
  for (const channel of state.channels.filter((c) => c.member && c.id !== view.place)) {
    total += channel.unread;
    const before = view.unread.get(channel.id) ?? 0;
    if (view.unread.size && channel.unread > before) at("status").textContent = `New message in ${placeName(channel)}`;
    view.unread.set(channel.id, channel.unread);
  }
  const name = view.place === HOME ? "App home" : placeName(channelOf(view.place));
  document.title = `${total ? `(${total}) ` : ""}${name} · ${state.team ?? "Sandbox"}`;
}

function showSidebar(state) {
  const listed = (test) => state.channels.filter((c) => !c.dm_with && test(c)).sort((a, b) => a.name.localeCompare(b.name));
  const direct = state.channels.filter((c) => c.dm_with && c.member);
  const entry = (c) => ({ id: c.id, name: c.dm_with ? nameOf(bot()?.id) : c.name, private: c.private, dm: Boolean(c.dm_with), unread: c.id === view.place ? 0 : c.unread, here: c.id === view.place, member: c.member, archived: c.archived });
  const groups = [
    { label: "Channels", entries: listed((c) => c.member && !c.archived).map(entry) },
    { label: "Direct messages", entries: direct.map(entry) },
    { label: "App", entries: bot() ? [{ id: HOME, name: `${nameOf(bot().id)} home`, app: true, here: view.place === HOME }] : [] },
    { label: "Not joined", entries: listed((c) => !c.member && !c.archived).map(entry) },
    { label: "Archived", entries: listed((c) => c.archived).map(entry) },
  ].filter((group) => group.entries.length);
  const items = [
    { key: "team", data: { team: state.team ?? "Sandbox" } },
    ...groups.map((group) => ({ key: group.label, data: { group, me: session.me } })),
    { key: "me", data: { me: session.me } },
  ];
  show(at("sidebar"), items, sidebarPart);
}

function sidebarPart(data, before) {
  if (data.team) return h("header", { class: "team" }, h("span", { class: "team-name" }, data.team), shortcutsButton());
  if (data.group) {
    const section = before ?? h("section", {}, h("h2", {}, data.group.label), h("ul", {}));
    show(section.lastElementChild, data.group.entries.map((e) => ({ key: e.id, data: e })), sidebarEntry);
    return section;
  }
  return h("footer", {}, h("button", { type: "button", class: "me", "aria-haspopup": "menu", "aria-label": `You are ${nameOf(data.me)}. Switch person`, on: { click: switchPerson } },
    avatar(data.me), h("span", { class: "me-name" }, h("span", {}, nameOf(data.me)), h("span", { class: "menu-hint" }, person(data.me)?.title)), icon("down")));
}

function sidebarEntry(entry) {
  const lead = entry.dm || entry.app ? avatar(bot().id, true) : icon(entry.private ? "lock" : "hash");
  const link = h("a", { href: address(entry.id), class: entry.unread ? "entry unread" : "entry", "aria-current": entry.here ? "page" : null },
    lead, h("span", { class: "entry-name" }, entry.name), entry.unread ? h("span", { class: "count", "aria-label": `${entry.unread} unread` }, String(entry.unread)) : null);
  link.addEventListener("click", () => at("frame").classList.remove("browsing"));
  return h("li", {}, link);
}

function shortcutsButton() {
  const open = (event) => {
    const shortcuts = session.state.shortcuts.filter((s) => s.type === "global");
    popup.menu(event.currentTarget, "Shortcuts", [{ heading: shortcuts.length ? "Shortcuts" : "This app has no shortcuts" },
      ...shortcuts.map((s) => ({ label: s.name, hint: s.description, act: async () => popup.went(s.name, await act("shortcut", { callback_id: s.callback_id })) }))]);
  };
  return iconButton("bolt", "Shortcuts", open, { "aria-haspopup": "menu" });
}

function switchPerson(event) {
  const others = session.state.people.filter((p) => !p.bot);
  popup.menu(event.currentTarget, "Switch person", [{ heading: "Look and act as" }, ...others.map((p) => ({
    label: h("span", {}, p.real_name, badge(p.id)), hint: p.title, lead: avatar(p.id),
    act: () => (location.hash = `#user=${p.id}`),
  }))]);
}

function opener() {
  return iconButton("menu", "Channels", () => {
    at("frame").classList.add("browsing");
    at("sidebar").querySelector("a, button")?.focus();
  }, { class: "icon-button opener" });
}

function showChannel(place) {
  const { channel } = place;
  const isNew = !view.parts;
  view.parts ??= channelParts(channel);
  const { parts } = view;
  const head = { channel: { ...channel, unread: 0, pins: 0 }, members: place.members };
  show(parts.head, [{ key: "head", data: head }], ({ channel: c, members }) => h("div", { class: "head-row" }, opener(),
    h("div", { class: "titles" }, h("h1", {}, c.dm_with ? avatar(bot().id, true) : icon(c.private ? "lock" : "hash"), placeName(c)), c.topic ? h("p", { class: "topic", title: c.topic }, c.topic) : null),
    c.dm_with ? null : channelTools(c, members)));
  showBookmarks(parts.bar, place, reveal);
  const roots = place.messages.filter((m) => !m.thread_ts || m.thread_ts === m.ts);
  const stuck = isNew || parts.scroll.scrollHeight - parts.scroll.scrollTop - parts.scroll.clientHeight < 80;
  parts.empty.hidden = roots.length > 0;
  showMessages(parts.list, channel.id, roots, { all: place.messages, thread: openThread });
  if (stuck) parts.scroll.scrollTop = parts.scroll.scrollHeight;
  show(parts.foot, [{ key: channel.id, data: { ...channel, unread: 0, topic: "", pins: 0 } }], foot);
  if (view.thread) showThread(place);
  if (view.wanted) reveal(view.wanted);
}

function channelParts(channel) {
  const parts = {
    head: h("header", { class: "head" }),
    bar: h("div", { class: "bar" }),
    list: h("div", { role: "log", class: "list", "aria-label": `Messages in ${placeName(channel)}` }),
    empty: h("p", { class: "empty" }, channel.dm_with ? "Nothing has been said here yet." : `This is the very beginning of ${placeName(channel)}.`),
    foot: h("div", { class: "foot" }),
  };
  parts.scroll = h("div", { class: "scroll", tabindex: "-1" }, h("div", { class: "grow" }), parts.empty, parts.list);
  at("main").replaceChildren(parts.head, parts.bar, parts.scroll, parts.foot);
  return parts;
}

function foot(channel) {
  if (channel.archived) return h("p", { class: "closed" }, "This channel is archived.");
  if (!channel.member) {
    const join = async () => popup.went("Joining", await act("join", { channel: channel.id }));
    return h("p", { class: "closed" }, `You are looking at #${channel.name}. `, h("button", { type: "button", class: "button primary", on: { click: join } }, "Join channel"));
  }
  return composer({ id: "composer", label: `Message ${placeName(channel)}`, channel: channel.id, done: refresh });
}

/** Scroll to a message and let it stand out for a moment; a reply opens its thread. */
function reveal(ts) {
  view.wanted = null;
  const message = session.place?.messages.find((m) => m.ts === ts);
  if (message?.thread_ts && message.thread_ts !== ts) openThread(message.thread_ts);
  const node = at(`message-${ts}`);
  if (!node) return;
  node.scrollIntoView({ block: "center" });
  node.classList.remove("found");
  requestAnimationFrame(() => node.classList.add("found"));
}

function openThread(ts) {
  view.thread = ts;
  view.threadParts = null;
  at("side").hidden = false;
  showThread(session.place);
  at("thread-composer")?.focus();
}

function closeThread() {
  view.thread = null;
  view.threadParts = null;
  at("side").hidden = true;
}

function showThread(place) {
  const messages = place.messages.filter((m) => m.ts === view.thread || m.thread_ts === view.thread);
  if (!messages.length) return closeThread();
  if (!view.threadParts) {
    const list = h("div", { role: "log", class: "list", "aria-label": "Messages in the thread" });
    const scroll = h("div", { class: "scroll", tabindex: "-1" }, list);
    const closed = () => {
      closeThread();
      at("composer")?.focus();
    };
    const write = place.channel.archived || !place.channel.member ? null : composer({ id: "thread-composer", label: "Reply in the thread", channel: place.channel.id, threadTs: view.thread, done: refresh });
    at("side").replaceChildren(h("header", { class: "head" }, h("div", { class: "head-row" }, h("h2", {}, "Thread", h("span", { class: "topic" }, placeName(place.channel))), iconButton("close", "Close thread", closed))),
      scroll, h("div", { class: "foot" }, write));
    view.threadParts = { list, scroll };
  }
  showMessages(view.threadParts.list, place.channel.id, messages, { all: place.messages, thread: null });
  view.threadParts.scroll.scrollTop = view.threadParts.scroll.scrollHeight;
}

function showHome(state) {
  view.parts ??= { home: true };
  if (!at("home")) {
    at("main").replaceChildren(h("header", { class: "head" }, h("div", { class: "head-row" }, opener(), h("div", { class: "titles" }, h("h1", {}, avatar(bot().id, true), nameOf(bot().id))))),
      h("div", { class: "scroll home", tabindex: "-1" }, h("div", { id: "home", class: "blocks" })));
    act("open_home");
  }
  const press = async (_block, element, value) =>
    popup.went(words(element.text) || "That", await act("click_in_view", { view_id: state.home?.id ?? "", action_id: element.action_id, ...(value === null ? {} : { value }) }));
  const blocks = state.home?.blocks ?? [{ type: "section", text: { type: "plain_text", text: "This app shows nothing on its home tab." } }];
  showBlocks(at("home"), blocks, { press });
}

addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && view.thread && at("side").contains(document.activeElement)) {
    closeThread();
    at("composer")?.focus();
  }
});

start();
