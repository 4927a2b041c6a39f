// A test that loses no answer: saves as it is given, keeps what could not be sent, tells the time.
// Without this file every page of a test works through its buttons.

const form = document.getElementById("attempt-form");
const text = form.dataset;
const status = document.getElementById("saved");
const PREFIX = `attempt:${text.attempt}:`;
const KEPT_DAYS = 8;
const waiting = new Map(); // position → timer
const sending = new Set();
let pause = 2000;

// ---------------------------------------------------------------- what is kept in the browser
function keep(position, entries) {
  try {
    localStorage.setItem(PREFIX + position, JSON.stringify({ entries, at: Date.now() }));
  } catch {
    // Storage is off or full: the page still holds the answer.
  }
}
function kept(position) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + position));
  } catch {
    return null;
  }
}
function forget(position) {
  try {
    localStorage.removeItem(PREFIX + position);
  } catch {
    // Nothing was kept.
  }
}
function keptPositions() {
  const found = [];
  try {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith("attempt:")) continue;
      const { at } = JSON.parse(localStorage.getItem(key)) || {};
      if (!(Date.now() - at < KEPT_DAYS * 864e5)) localStorage.removeItem(key);
      else if (key.startsWith(PREFIX)) found.push(Number(key.slice(PREFIX.length)));
    }
  } catch {
    // Storage is off.
  }
  return found;
}

// ---------------------------------------------------------------- the page
const fieldset = (position) => document.querySelector(`[data-question="${position}"]`);
const sequenceOf = (box) => box.querySelector(`[name="${box.dataset.name}-sequence"]`);

function entriesOf(box) {
  return [...new FormData(form)].filter(
    ([name]) => name === box.dataset.name || name.startsWith(`${box.dataset.name}-`),
  );
}
function fill(box, entries) {
  for (const input of box.querySelectorAll("input:not([type=hidden]), select")) {
    const values = entries.filter(([name]) => name === input.name).map(([, value]) => value);
    if (input.type === "checkbox" || input.type === "radio") input.checked = values.includes(input.value);
    else input.value = values[0] ?? "";
  }
}
function show(words, state) {
  if (!status) return;
  status.className = `saved ${state}`;
  status.textContent = words;
}
function mark(answer) {
  const button = document.querySelector(`[data-place="${answer.position}"]`);
  if (!button) return;
  button.classList.toggle("is-answered", answer.answered);
  button.classList.toggle("is-flagged", answer.flagged);
  const words = [answer.answered ? text.answered : text.empty, answer.flagged && text.flagged];
  button.querySelector(".visually-hidden").textContent = `, ${words.filter(Boolean).join(", ")}`;
  const count = document.getElementById("answered-count");
  if (count) count.textContent = document.querySelectorAll(".nav-question.is-answered").length;
}
function complain(box, words) {
  const place = box?.querySelector(`#${box.dataset.name}-problem`);
  if (!place) return;
  place.textContent = words;
  place.hidden = !words;
}

// ---------------------------------------------------------------- saving
function changed(box) {
  const position = Number(box.dataset.question);
  keep(position, entriesOf(box));
  show(text.saving, "is-waiting");
  schedule(position, 400);
}
function schedule(position, after) {
  clearTimeout(waiting.get(position));
  waiting.set(position, setTimeout(() => send(position), after));
}
function later(position, after) {
  show(text.failed, "is-failed");
  schedule(position, after ?? pause);
  pause = Math.min(pause * 2, 60000);
}

async function send(position) {
  clearTimeout(waiting.get(position));
  waiting.delete(position);
  if (sending.has(position)) return schedule(position, 300);
  const stored = kept(position);
  const box = fieldset(position);
  const entries = box ? entriesOf(box) : stored?.entries;
  if (!entries) return;
  const body = new FormData();
  for (const [name, value] of entries) body.append(name, value);
  body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  sending.add(position);
  try {
    const response = await fetch(text.saveUrl.replace("/0/", `/${position}/`), {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
    });
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    if (response.status === 503 || response.status === 429) {
      return later(position, (Number(response.headers.get("Retry-After")) || 5) * 1000);
    }
    if (response.redirected || response.status === 403) return signIn();
    if (!isJson) return later(position, 30000);
    settle(position, box, entries, response.status, await response.json());
  } catch {
    later(position);
  } finally {
    sending.delete(position);
  }
}
function settle(position, box, entries, code, answer) {
  pause = 2000;
  if (code === 409) return choose(position, box, answer);
  if (code === 410) {
    forget(position);
    location.assign(answer.url);
    return;
  }
  if (box) {
    sequenceOf(box).value = answer.sequence;
    complain(box, answer.problem);
  }
  mark(answer);
  if (code !== 200) return show(text.failed, "is-failed");
  // Something was changed while this was on its way: that is sent next.
  if (box && String(entriesOf(box).filter(isGiven)) !== String(entries.filter(isGiven))) return schedule(position, 0);
  forget(position);
  if (!sending.size || sending.has(position)) show(answer.saved || "", "is-saved");
}
const isGiven = ([name]) => !name.endsWith("-sequence");

function signIn() {
  show(`${text.signIn} `, "is-failed");
  const link = document.createElement("a");
  link.href = location.pathname;
  link.textContent = text.signInLink;
  status?.append(link);
}

function choose(position, box, both) {
  if (!box) return; // shown when its question is opened
  const panel = document.createElement("div");
  panel.className = "alert alert-warning";
  panel.setAttribute("role", "alert");
  const say = (tag, words) => panel.appendChild(Object.assign(document.createElement(tag), { textContent: words }));
  say("p", text.conflict);
  say("strong", text.conflictStored);
  say("p", both.stored.join("; ") || text.nothing);
  say("strong", text.conflictYours);
  say("p", both.yours.join("; ") || text.nothing);
  const act = (words, action) => {
    const button = say("button", words);
    button.type = "button";
    button.className = "btn btn-sm";
    button.addEventListener("click", action);
    panel.append(" ");
  };
  act(text.useYours, () => {
    sequenceOf(box).value = both.sequence;
    panel.remove();
    changed(box);
  });
  act(text.keepStored, () => {
    forget(position);
    location.reload();
  });
  box.querySelector(".alert")?.remove();
  box.prepend(panel);
  show("", "is-failed");
}

// ---------------------------------------------------------------- events
for (const name of ["input", "change"]) {
  form.addEventListener(name, (event) => {
    const box = event.target.closest("[data-question]");
    if (box) changed(box);
  });
}
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  const item = button.closest("li");
  const other = Number(button.dataset.move) < 0 ? item.previousElementSibling : item.nextElementSibling;
  if (other) item[Number(button.dataset.move) < 0 ? "after" : "before"](other);
  const list = item.parentElement;
  [...list.children].forEach((row, index) => (row.querySelector("select").value = index + 1));
  button.focus();
  changed(list.closest("[data-question]"));
});
// A form that is sent saves by itself; what is kept is only dropped when the server has it.
form.addEventListener("submit", (event) => {
  for (const timer of waiting.values()) clearTimeout(timer);
  if (navigator.onLine === false) {
    event.preventDefault();
    show(text.failed, "is-failed");
  }
});
const retry = () => keptPositions().forEach((position) => send(position));
addEventListener("online", retry);

for (const position of keptPositions()) {
  const box = fieldset(position);
  const old = kept(position);
  if (box && old) {
    fill(box, old.entries);
    // The number it was typed against: if another tab saved since, both are shown.
    const seen = old.entries.find(([name]) => !isGiven([name]));
    if (seen) sequenceOf(box).value = seen[1];
  }
  send(position);
}

// ---------------------------------------------------------------- the time, where there is a limit
const timer = document.getElementById("timer");
if (timer) {
  const ahead = Date.parse(text.now) - Date.now(); // the server's clock decides
  const spoken = new Set();
  const tick = () => {
    const left = Math.max(0, Math.floor((Date.parse(text.deadline) - Date.now() - ahead) / 1000));
    const minutes = Math.floor(left / 60);
    timer.querySelector("span").textContent = `${minutes}:${String(left % 60).padStart(2, "0")} ${timer.dataset.left}`;
    timer.classList.toggle("is-short", left <= 300);
    for (const limit of [10, 5, 1]) {
      if (left <= limit * 60 && left > limit * 60 - 30 && !spoken.has(limit)) {
        spoken.add(limit);
        document.getElementById("timer-voice").textContent = text[`minutes-${limit}`] ?? text[`minutes${limit}`];
      }
    }
    if (left === 0) return void setTimeout(() => location.assign(text.resultUrl), 12000);
    setTimeout(tick, 1000);
  };
  tick();
}
