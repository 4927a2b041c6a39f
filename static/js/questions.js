// The question editor, made quicker: the preview follows what is typed, rows are added and moved
// in place, Ctrl+S saves, and leaving asks when something is not saved. Without this script every
// one of these is a button that posts the form.

const PAUSE = 700; // milliseconds without a key before the preview is asked for
const form = document.getElementById("question-form");
const beside = document.getElementById("beside");
const unsaved = document.getElementById("unsaved");

let timer = 0;
let running = null;
let isReleased = Boolean(document.getElementById("result"));
let isDirty = form?.dataset.dirty === "1";

// ---------------------------------------------------------------- the preview
async function refresh() {
  clearTimeout(timer);
  running?.abort();
  running = new AbortController();
  const body = new URLSearchParams(new FormData(form));
  body.set("fragment", "1");
  if (isReleased) body.set("show", "result");
  try {
    const response = await fetch(form.dataset.previewUrl, { method: "POST", body, signal: running.signal });
    if (!response.ok || response.redirected) return;
    const html = await response.text();
    const focused = beside.contains(document.activeElement) ? document.activeElement.name : "";
    const chosen = document.activeElement?.value;
    beside.innerHTML = html;
    if (focused) {
      const again = [...beside.querySelectorAll(`[name="${CSS.escape(focused)}"]`)];
      (again.find((input) => input.value === chosen) || again[0])?.focus();
    }
  } catch {
    // The old preview stays; the button asks again.
  }
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(refresh, PAUSE);
}

// ---------------------------------------------------------------- what is not saved
function changed() {
  isDirty = true;
  if (unsaved) unsaved.textContent = form.dataset.leave;
  soon();
}

// ---------------------------------------------------------------- rows
function renumber(list) {
  const places = list.querySelectorAll(":scope > [data-row] [name$='-ORDER']");
  places.forEach((place, index) => (place.value = String(index + 1)));
}

function addRow(section) {
  const total = section.querySelector(`[name="${CSS.escape(section.dataset.rows)}-TOTAL_FORMS"]`);
  const list = section.querySelector(":scope > .ed-list");
  const index = Number(total.value);
  const blank = section.querySelector(":scope > template").innerHTML;
  const holder = document.createElement("ol");
  holder.innerHTML = blank.replaceAll("__prefix__", String(index)).replaceAll("__number__", String(index + 1));
  const row = holder.firstElementChild;
  list.append(row);
  total.value = String(index + 1);
  renumber(list);
  section.querySelector(":scope > .ed-add").hidden = index + 1 >= Number(section.dataset.most);
  row.querySelector("textarea, input[type=text]")?.focus();
  changed();
}

function moveRow(button) {
  const row = button.closest("[data-row]");
  const up = button.dataset.rowMove === "-1";
  const other = up ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (up) other.before(row);
  else other.after(row);
  renumber(row.parentElement);
  button.focus();
  changed();
}

function isOfThePreview(element) {
  return beside.contains(element);
}

if (form) {
  form.addEventListener("input", (event) => {
    if (!isOfThePreview(event.target)) changed();
  });
  form.addEventListener("change", (event) => {
    if (isOfThePreview(event.target) && isReleased) soon();
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.hasAttribute("data-row-add") && button.closest("[data-rows]").querySelector(":scope > template")) {
      event.preventDefault();
      addRow(button.closest("[data-rows]"));
    } else if (button.dataset.rowMove) {
      moveRow(button);
    } else if (button.hasAttribute("data-preview")) {
      event.preventDefault();
      isReleased = button.value === "result";
      refresh();
    }
  });
  form.addEventListener("submit", () => (isDirty = false));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const save = form.querySelector(".ed-bar button[value=save]");
    if (!save) return;
    event.preventDefault();
    form.requestSubmit(save);
  });
  addEventListener("beforeunload", (event) => {
    if (isDirty) event.preventDefault();
  });
}
