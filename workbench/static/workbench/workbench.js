// What HTML alone can't do yet. No rule of any trial is known here: the server judges, this file only listens.
"use strict";

// A menu closes when the person turns to something else.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// An answer given by mistake can be taken back: press it again, or Delete.
let answered = null;
document.addEventListener("pointerdown", (event) => {
  const radio = event.target.closest("label")?.querySelector("input[type=radio]");
  answered = radio?.checked ? radio : null;
});
document.addEventListener("click", (event) => {
  if (event.target === answered && event.target.form?.matches("[data-clearable]")) clear(answered);
});
document.addEventListener("keydown", (event) => {
  const clears = event.key === "Delete" || event.key === "Backspace";
  if (clears && event.target.matches("[data-clearable] input[type=radio]:checked")) clear(event.target);
});
function clear(radio) {
  radio.checked = false;
  answered = null;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

// What was typed and not yet saved is not lost by leaving the page.
let unsaved = false;
document.addEventListener("input", (event) => {
  if (event.target.form?.matches("[data-guard]")) unsaved = true;
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-guard]")) unsaved = false;
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved || document.querySelector("[data-guard][data-unsaved]")) event.preventDefault();
});
document.addEventListener("submit", () => {
  document.querySelector("[data-guard][data-unsaved]")?.removeAttribute("data-unsaved");
});

// A refused save: go to the first thing to mend.
document.querySelector("[aria-invalid=true], .errors, .errorlist")?.scrollIntoView({ block: "center" });
