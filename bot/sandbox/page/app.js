// The sandbox page: one person's window into the workspace, kept true by the server's events.

import { draw, el, emoji, mrkdwn, names } from "/static/blocks.js";
import { Form } from "/static/form.js";

const $ = (id) => document.getElementById(id);
const REACTIONS = ["eyes", "white_check_mark", "scales", "warning", "memo"];
const SYSTEM = new Set(["channel_join", "channel_topic", "pinned_item", "channel_convert_to_private"]);
let me = sessionStorage.getItem("me"), here = sessionStorage.getItem("here"), state = null, busy = 0, again = false;

const api = {
  pending: new Set(),
  async act(name, body) {
    const work = fetch(`/sandbox/act/${name}`, { method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user: me, ...body }) }).then((answer) => answer.json());
    this.pending.add(work);
    try {
      const answer = await work;
      complain(answer.error);
      return answer;
    } finally { this.pending.delete(work); }
  },
  async quiet() { await Promise.allSettled([...this.pending]); },
  refresh: () => refresh(),
};
const WORDS = { operation_timeout: "The app did not answer within three seconds (operation_timeout).",
  dispatch_failed: "The app failed to answer (dispatch_failed).", no_bot: "No app is connected." };
const complain = (error) => {
  $("notice").textContent = error ? WORDS[error] ?? error : "";
  $("notice").hidden = !error;
};
const form = new Form($("modal"), api);

const go = (id) => { here = id; sessionStorage.setItem("here", id); $("composer-text").focus(); refresh(true); };
names.go = go;

const row = (channel) => {
  const title = channel.dm_with ? names.people.get(botId()) : channel.name;
  const mark = channel.dm_with ? "●" : channel.private ? "🔒" : "#";
  return el("li", {}, el("button", { type: "button", "aria-current": channel.id === here ? "true" : null,
    class: channel.unread && channel.member ? "unread" : "", onclick: () => go(channel.id), "data-channel": channel.name },
    el("span", { "aria-hidden": "true" }, mark), `${title}${channel.archived ? " (archived)" : ""}`,
    channel.unread && channel.member ? el("span", { class: "badge", "aria-label": `${channel.unread} unread` }, String(channel.unread)) : null));
};
const botId = () => state.people.find((p) => p.bot)?.id;

const around = () => {
  names.people = new Map(state.people.map((p) => [p.id, p.name]));
  names.channels = new Map(state.channels.map((c) => [c.id, c.name]));
  names.groups = new Map(state.groups.map((g) => [g.id, g.handle]));
  $("team").textContent = state.team;
  const people = state.people.filter((p) => !p.bot);
  if ($("me").options.length !== people.length) {
    $("me").replaceChildren(...people.map((p) => el("option", { value: p.id, selected: p.id === me }, `${p.real_name}, ${p.title}`)));
  }
  $("channels").replaceChildren(...state.channels.filter((c) => !c.dm_with).map(row));
  $("dms").replaceChildren(...state.channels.filter((c) => c.dm_with).map(row));
  $("shortcuts").replaceChildren(...state.shortcuts.filter((s) => s.type === "global").map((s) => el("li", {},
    el("button", { type: "button", onclick: () => api.act("shortcut", { callback_id: s.callback_id }) }, `⚡ ${s.name}`))));
  $("commands").replaceChildren(...state.commands.map((c) => el("option", { value: `${c.command} ` }, c.description)));
};

const clock = (ts) => new Date(Number(ts) * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

const messageMenu = (message) => {
  const menu = el("div", { class: "menu" });
  for (const name of REACTIONS) menu.append(el("button", { type: "button", "aria-label": `React with ${name}`,
    onclick: () => api.act("react", { channel: here, ts: message.ts, name }) }, emoji(name)));
  for (const s of state.shortcuts.filter((x) => x.type === "message")) menu.append(el("button", { type: "button",
    onclick: () => api.act("message_shortcut", { channel: here, ts: message.ts, callback_id: s.callback_id }) }, s.name));
  menu.append(el("button", { type: "button", onclick: () => api.act("delete", { channel: here, ts: message.ts }) }, "Delete"));
  return menu;
};

const messageRow = (message) => {
  const name = names.people.get(message.user) ?? message.user;
  const press = (action, value) => api.act("click", { channel: here, ts: message.ts, action_id: action, value });
  if (SYSTEM.has(message.subtype)) return el("li", { class: "message system" }, `${name}: `, mrkdwn(message.text));
  const tags = [message.pinned ? "📌 pinned" : null, message.edited ? "edited" : null,
    message.ephemeral ? "Only visible to you" : null].filter(Boolean);
  const reactions = (message.reactions ?? []).map((r) => el("button", { type: "button", class: "button", "aria-label": `${r.name}, ${r.users.length}`,
    onclick: () => api.act(r.users.includes(me) ? "unreact" : "react", { channel: here, ts: message.ts, name: r.name }) }, `${emoji(r.name)} ${r.users.length}`));
  return el("li", { class: `message ${message.ephemeral ? "ephemeral" : ""} ${message.thread_ts && message.thread_ts !== message.ts ? "thread" : ""}` },
    el("div", { class: "meta" }, el("strong", {}, name), message.user === botId() ? el("span", { class: "tag app" }, "APP") : null,
      el("time", {}, clock(message.ts)), ...tags.map((t) => el("span", { class: "tag" }, t))),
    ...(message.blocks?.length ? draw(message.blocks, press) : [el("div", { class: "block" }, mrkdwn(message.text))]),
    reactions.length ? el("div", { class: "actions" }, ...reactions) : null, message.ephemeral ? null : messageMenu(message));
};

let drawn = "";
const inside = async (jump) => {
  const answer = await fetch(`/sandbox/channel?user=${me}&channel=${here}`);
  if (!answer.ok) { here = state.channels.find((c) => c.member)?.id; return inside(jump); }
  const found = await answer.json();
  $("name").textContent = `${found.channel.dm_with ? "" : "#"}${found.channel.dm_with ? "Warroom" : found.channel.name}`;
  $("topic").textContent = found.channel.topic;
  $("bookmarks").replaceChildren(...found.bookmarks.map((b) => el("a", { href: b.link, target: "_blank", rel: "noreferrer" }, `🔖 ${b.title}`)));
  const text = JSON.stringify([here, me, found.messages]);
  if (text === drawn) return;
  drawn = text;
  const list = $("messages"), low = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  list.replaceChildren(...found.messages.map(messageRow));
  if (jump || low) list.scrollTop = list.scrollHeight;
};

async function refresh(jump = false) {
  if (busy) { again = true; return; }
  busy = 1;
  try {
    if (!me) me = "U0LEA0001";
    state = await (await fetch(`/sandbox/state?user=${me}`)).json();
    if (!here) here = (state.channels.find((c) => c.name === "support") ?? state.channels[0])?.id;
    around(); await inside(jump);
    form.show(state.view, state.people.filter((p) => !p.bot));
  } finally { busy = 0; }
  if (again) { again = false; refresh(); }
}

$("me").addEventListener("change", (event) => { me = event.target.value; sessionStorage.setItem("me", me); drawn = ""; refresh(true); });
$("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("composer-text").value.trim();
  if (!text) return;
  $("composer-text").value = "";
  const [word] = text.split(" ");
  const answer = text.startsWith("/")
    ? await api.act("command", { channel: here, command: word, text: text.slice(word.length).trim() })
    : await api.act("say", { channel: here, text });
  if (answer.error) $("composer-text").value = text;
});
const FAULTS = { limit: { add: { kind: "rate_limited", retry_after: 5 } }, slow: { latency: 1 }, down: { down: true }, clear: { clear: true, down: false } };
document.querySelector(".faults").addEventListener("click", (event) => {
  const kind = event.target.dataset?.fault;
  if (kind) fetch("/sandbox/faults", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(FAULTS[kind]) });
});
new EventSource("/sandbox/events").onmessage = () => refresh();
refresh(true);
