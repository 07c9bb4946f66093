// The dialog in which forms open: what is typed survives updates, errors stand at their fields.

import { act, readState, session } from "./api.js";
import { showBlocks } from "./blocks.js";
import { forget, h, iconButton } from "./dom.js";
import { control, held } from "./inputs.js";
import { failure, went } from "./popup.js";
import { textOf, words } from "./text.js";

const current = { id: null, view: null, values: new Map(), unsent: new Map(), sending: Promise.resolve(), opener: null };
let parts = null;

const dialog = () => document.getElementById("form");

/** Show the top form of the person, or none; `depth` forms lie on each other. */
export function showForm(view, depth, refresh) {
  parts ??= build(refresh);
  if (!view) return leave();
  const fresh = current.id !== view.id;
  if (fresh) begin(view);
  current.view = view;
  parts.title.textContent = words(view.title);
  parts.back.hidden = depth < 2;
  parts.cancel.textContent = words(view.close) || "Cancel";
  parts.submit.hidden = !view.submit;
  parts.submit.textContent = words(view.submit);
  showBlocks(parts.blocks, view.blocks, { input: field, press });
  if (!dialog().open) {
    current.opener = document.activeElement;
    dialog().showModal();
  }
  if (fresh) parts.body.scrollTop = 0;
  if (fresh) (parts.blocks.querySelector("input, textarea") ?? parts.title).focus();
  else if (!dialog().contains(document.activeElement)) parts.title.focus();
}

function begin(view) {
  current.id = view.id;
  current.values.clear();
  current.unsent.clear();
  forget(parts.blocks);
  complain("");
}

function leave() {
  if (!dialog().open) return;
  current.id = null;
  dialog().close();
  if (current.opener?.isConnected) current.opener.focus();
  else document.getElementById("composer")?.focus();
}

function build(refresh) {
  const close = async () => {
    await act("close", { view_id: current.id });
    await refresh();
  };
  const closeAll = async () => {
    for (let view = current.view; view; view = (await readState(session.me))?.view) await act("close", { view_id: view.id });
    await refresh();
  };
  const made = {
    title: h("h2", { id: "form-title", tabindex: "-1" }),
    back: iconButton("back", "Back to the form before", close, { hidden: true }),
    blocks: h("div", { class: "blocks" }),
    problem: h("p", { class: "form-problem", role: "alert", hidden: true }),
    cancel: h("button", { type: "button", class: "button", on: { click: close } }),
    submit: h("button", { type: "submit", class: "button primary" }),
  };
  made.body = h("div", { class: "form-body" }, made.blocks);
  const submitted = async (event) => {
    event.preventDefault();
    await submit();
    await refresh();
  };
  dialog().append(h("form", { novalidate: true, method: "dialog", on: { submit: submitted } },
    h("header", {}, made.back, made.title, iconButton("close", "Close", closeAll)),
    made.body, made.problem, h("footer", { class: "buttons" }, made.cancel, made.submit)));
  dialog().addEventListener("cancel", (event) => {
    if (event.target !== dialog()) return;
    event.preventDefault();
    close();
  });
  return made;
}

/** One labelled input; what is typed here is kept by name as long as the form is open. */
function field(block) {
  const { element } = block;
  const name = `${block.block_id}/${element.action_id}`;
  const id = `field-${block.block_id}`;
  const isGroup = ["radio_buttons", "checkboxes"].includes(element.type);
  if (!current.values.has(name)) current.values.set(name, held(element, current.view.state.values[block.block_id]?.[element.action_id]));
  const typing = (value) => {
    current.values.set(name, value);
    current.unsent.set(block.block_id, value);
  };
  const change = (value) => {
    typing(value);
    faulty(block.block_id, "");
    return flush();
  };
  const suggest = async (typed) => {
    await flush();
    return act("suggest", { view_id: current.id, block_id: block.block_id, typed });
  };
  const described = [block.hint ? `${id}-hint` : "", `${id}-error`].join(" ").trim();
  const required = block.optional ? {} : { "aria-required": "true" };
  const names = isGroup ? { "aria-labelledby": `${id}-label` } : {};
  return [
    h(isGroup ? "div" : "label", { class: "label", id: `${id}-label`, ...(isGroup ? {} : { for: id }) },
      words(block.label), block.optional ? h("span", { class: "optional" }, " (optional)") : null),
    control(element, { value: current.values.get(name), change, typing, suggest, attributes: { id, "aria-describedby": described, ...required, ...names } }),
    block.hint ? h("p", { class: "hint", id: `${id}-hint` }, textOf(block.hint)) : null,
    h("p", { class: "field-error", id: `${id}-error`, hidden: true }),
  ];
}

/** Hand over what was typed, in order; the bot hears of it only where it asked to. */
function flush() {
  const view_id = current.id;
  const values = [...current.unsent];
  current.unsent.clear();
  current.sending = current.sending.then(async () => {
    for (const [block_id, value] of values) went("Filling in the form", await act("fill", { view_id, block_id, value }));
  });
  return current.sending;
}

async function press(_block, element, value) {
  await flush();
  const body = { view_id: current.id, action_id: element.action_id, ...(value === null ? {} : { value }) };
  went(words(element.text) || "That", await act("click_in_view", body));
}

async function submit() {
  if (parts.submit.getAttribute("aria-busy") === "true") return;
  parts.submit.setAttribute("aria-busy", "true");
  complain("");
  await flush();
  const answer = await act("submit", { view_id: current.id });
  parts.submit.removeAttribute("aria-busy");
  if (!answer.ok || answer.error) return complain(`We had some trouble connecting. Try again? ${failure(answer.error)}`);
  for (const block of current.view.blocks) faulty(block.block_id, answer.errors?.[block.block_id] ?? "");
  const first = parts.blocks.querySelector(".field-error:not([hidden])");
  first?.closest(".block").querySelector("input, textarea")?.focus();
  first?.closest(".block").scrollIntoView({ block: "nearest" });
}

function complain(text) {
  parts.problem.hidden = !text;
  parts.problem.textContent = text;
}

function faulty(blockId, text) {
  const shown = document.getElementById(`field-${blockId}-error`);
  if (!shown) return;
  shown.hidden = !text;
  shown.textContent = text;
  const block = shown.closest(".block");
  block.classList.toggle("faulty", Boolean(text));
  for (const input of block.querySelectorAll("input, textarea")) input.setAttribute("aria-invalid", String(Boolean(text)));
}
