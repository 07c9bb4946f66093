// The sandbox page: one person's window into the workspace, kept true by the server's events.

import { Api } from "/static/api.js";
import { channelMenu, controls, drawChannels, drawClock, drawPeople, drawShortcuts, drawStory, learn } from "/static/around.js";
import { draw } from "/static/blocks.js";
import { Composer } from "/static/composer.js";
import { $, button, el, sync } from "/static/dom.js";
import { Form } from "/static/form.js";
import { Rows } from "/static/messages.js";
import { names } from "/static/text.js";

const kept = (name, other) => sessionStorage.getItem(name) ?? other;
const keep = (name, value) => sessionStorage.setItem(name, value);

let me = kept("me", null), here = kept("here", null), state = null, found = null, side = null, everything = false;
let busy = false, again = false;

const api = new Api(() => me, () => refresh());
const act = (name, body = {}) => api.act(name, { channel: here, ...body });
const form = new Form($("modal"), api);
const botId = () => state.people.find((p) => p.bot)?.id;

const room = (thread) => ({ thread, me: () => me, bot: botId, act, openThread: (ts) => openThread(ts), isAdmin: () => state.people.find((p) => p.id === me)?.admin,
  shortcuts: () => state.shortcuts.filter((s) => s.type === "message") });
const mainRows = new Rows(room(false)), threadRows = new Rows(room(true));

// ---- going places

const go = (id) => {
  here = id; everything = false; found = null; side = null;
  keep("here", id);
  $("frame").classList.remove("listing");
  if (id === "home") api.act("open_home", {});
  refresh({ jump: true }).then(() => (id === "home" ? $("home") : $("composer-text")).focus());
};
// A form that only shows something is done with when one goes on; what is being typed is kept.
names.go = (id) => { if (!form.view?.submit) form.close(); go(id); };

const openThread = (ts) => { side = { kind: "thread", ts }; refresh().then(() => $("reply-text").focus()); };
const openSide = (kind) => { side = side?.kind === kind ? null : { kind }; refresh().then(() => side && $("side-close").focus()); };
const closeSide = () => { side = null; drawSide(); $("composer-text").focus(); };

// ---- drawing

const drawHome = () => {
  const blocks = state.home?.blocks ?? [{ type: "section", text: { type: "plain_text", text: "The app shows nothing here yet." } }];
  const signature = JSON.stringify(blocks);
  if ($("home").signature === signature) return;
  $("home").signature = signature;
  $("home").replaceChildren(...draw(blocks, (action, value) => api.act("click_in_home", { action_id: action, value })));
};

const drawHead = () => {
  const place = found.channel;
  $("name").textContent = place.dm_with ? "Warroom" : `${place.private ? "🔒 " : "#"}${place.name}`;
  $("topic").textContent = place.topic;
  $("topic").hidden = !place.topic;
  const link = (b) => el("a", { href: b.link, target: "_blank", rel: "noreferrer" }, `🔖 ${b.title}`);
  sync($("bookmarks"), found.bookmarks, (b) => b.title + b.link, link);
  $("show-pins").textContent = `📌 ${found.pinned.length}`;
  $("show-pins").setAttribute("aria-label", `${found.pinned.length} pinned`);
  $("show-people").textContent = `👤 ${found.members.length}`;
  $("show-people").setAttribute("aria-label", `${found.members.length} people`);
  $("join").hidden = place.member;
  $("composer").hidden = !place.member || place.archived;
  $("resting").hidden = !place.archived;
};

const drawMessages = (jump) => {
  sync($("messages"), found.messages, (m) => m.ts, mainRows.draw, names.version);
  $("earlier").hidden = !found.earlier;
  $("earlier").textContent = `Show ${found.earlier} earlier messages`;
  if (jump) atEnd = true;
  toEnd();
};

// The newest message stays in view until the person goes up. Rows get their height only when they
// come into view, so the end moves after it was gone to.
let atEnd = true, lastTop = 0;
const toEnd = () => { if (atEnd) $("log").scrollTop = $("log").scrollHeight; };
$("log").addEventListener("scroll", () => {
  const log = $("log"), near = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  if (near) atEnd = true; else if (log.scrollTop < lastTop) atEnd = false;
  lastTop = log.scrollTop;
});
new ResizeObserver(toEnd).observe($("messages"));

const drawSide = async () => {
  $("side").hidden = !side;
  $("frame").classList.toggle("with-side", Boolean(side));
  if (!side) return;
  $("reply").hidden = side.kind !== "thread" || !found.channel.member || found.channel.archived;
  $("side-title").textContent = { thread: "Thread", pins: "Pinned", people: "People" }[side.kind];
  if (side.kind === "people") return sync($("side-list"), found.members.map((id) => ({ id, name: state.people.find((p) => p.id === id)?.real_name ?? id })), (p) => p.id,
    (p) => el("li", { class: "message" }, p.name));
  const thread = side.kind === "thread" ? await api.get("channel", { user: me, channel: here, thread: side.ts }) : { messages: found.pinned };
  sync($("side-list"), thread.messages ?? [], (m) => m.ts, threadRows.draw, names.version);
  $("side-log").scrollTop = $("side-log").scrollHeight;
};

const drawPlace = async (jump) => {
  const home = here === "home";
  $("home").hidden = !home;
  for (const id of ["log", "earlier", "composer", "join", "resting", "channel-tools", "bookmarks"]) if (home || !["earlier", "join", "composer", "resting"].includes(id)) $(id).hidden = home;
  if (home) { $("name").textContent = "Warroom: Home"; $("topic").textContent = "Only visible to you."; drawHome(); side = null; return drawSide(); }
  const query = { user: me, channel: here, ...(everything ? { everything: 1 } : {}) };
  const answer = await api.get("channel", query);
  if (!answer.channel) { here = state.channels.find((c) => c.member)?.id; found = null; return drawPlace(true); }
  found = answer;
  drawHead(); drawMessages(jump);
  await drawSide();
  if (found.channel.unread && document.visibilityState === "visible") api.act("read", { channel: here });
};

async function refresh({ jump = false } = {}) {
  if (busy) { again = { jump: jump || again.jump }; return; }
  busy = true;
  try {
    state = await api.get("state", me ? { user: me } : {});
    if (!state.me) { sessionStorage.clear(); me = here = null; state = await api.get("state"); }
    me = state.me;
    here ??= (state.channels.find((c) => c.member && c.name === "support") ?? state.channels.find((c) => c.member))?.id;
    learn(state, me);
    drawPeople(state, me); drawStory(state); drawClock(state);
    drawShortcuts(state, act);
    await drawPlace(jump || !found);
    drawChannels(state, here, go);
    form.show(state.view, state.view_depth);
    document.body.dataset.ready = "true";
  } finally { busy = false; }
  if (again) { const next = again; again = false; await refresh(next); }
}

// ---- what the person does

const send = (thread) => async (text) => {
  const [word] = text.split(/\s/);
  const answer = word.startsWith("/") && !thread
    ? await act("command", { command: word, text: text.slice(word.length).trim() })
    : await act("say", { text, ...(thread ? { thread_ts: side.ts } : {}) });
  if (!thread) { atEnd = true; toEnd(); } // whoever writes wants to see what is answered
  return !answer.error;
};
new Composer($("composer"), { label: "Message, or a command such as /escalate", commands: () => state?.commands ?? [], send: send(false) });
new Composer($("reply"), { label: "Reply in thread", commands: () => [], send: send(true) });

controls(api);
// On a phone the suggestions would take the place of what they suggest to do.
if (window.matchMedia("(max-width: 640px)").matches) $("story").open = false;
$("channel-tools").append(...channelMenu(() => state, () => found?.channel, act));
$("me").addEventListener("change", (event) => { me = event.target.value; keep("me", me); found = null; side = null; refresh({ jump: true }); });
$("earlier").addEventListener("click", () => { everything = true; refresh(); });
$("join-button").addEventListener("click", () => act("join"));
$("show-pins").addEventListener("click", () => openSide("pins"));
$("show-people").addEventListener("click", () => openSide("people"));
$("side-close").addEventListener("click", closeSide);
$("show-channels").addEventListener("click", () => $("frame").classList.toggle("listing"));
$("notice").append(button("✕", () => api.complain(null), { "aria-label": "Dismiss" }));
$("side").addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.defaultPrevented) closeSide(); });

// Arrow keys walk through messages; Alt with them walks through channels.
document.addEventListener("keydown", (event) => {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const all = [...document.querySelectorAll("nav [data-channel]")], at = all.findIndex((node) => node.getAttribute("aria-current"));
  event.preventDefault();
  all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length]?.click();
});

const listen = () => {
  const source = new EventSource("/sandbox/events");
  source.onmessage = () => { $("offline").hidden = true; refresh(); };
  source.onerror = () => { $("offline").hidden = false; };
};
listen();
