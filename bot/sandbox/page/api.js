// Speaks to the sandbox: what a person sees, what they do, and when something changed.

export const session = { me: "", state: null, place: null };

async function get(path, query) {
  const answer = await fetch(`/sandbox/${path}?${new URLSearchParams(query)}`);
  return answer.ok ? answer.json() : null;
}

export const readState = (user) => get("state", { user });
export const readChannel = (user, channel) => get("channel", { user, channel });

/** Do something as the person in front of the page; answers {ok, error, …} and never throws. */
export async function act(name, body = {}) {
  try {
    const answer = await fetch(`/sandbox/act/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user: session.me, ...body }),
    });
    return await answer.json();
  } catch {
    return { ok: false, error: "The sandbox does not answer." };
  }
}

/** Call `changed` whenever the workspace changed, and `online` as the connection comes and goes. */
export function listen(changed, online) {
  const source = new EventSource("/sandbox/events");
  source.addEventListener("message", changed);
  source.addEventListener("open", () => online(true));
  source.addEventListener("error", () => online(false));
}

export const person = (id) => session.state?.people.find((p) => p.id === id);
export const nameOf = (id) => person(id)?.real_name ?? id ?? "";
export const channelOf = (id) => session.state?.channels.find((c) => c.id === id);
export const bot = () => session.state?.people.find((p) => p.bot);
