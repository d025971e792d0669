// Puts a chosen text into the box of a note, at the place of writing. Without this module "Put it in" does it on the server.
const choice = document.querySelector("select[data-snippets]");
const box = choice?.form.elements.body;

if (choice) {
  choice.form.querySelector("[data-insert]").hidden = true;
  choice.addEventListener("change", () => {
    const words = choice.selectedOptions[0]?.dataset.words;
    choice.value = "";
    if (!words) return;
    const before = box.value.slice(0, box.selectionStart);
    const gap = before && !/\s$/.test(before) ? "\n" : "";
    box.setRangeText(gap + words, box.selectionStart, box.selectionEnd, "end");
    box.focus();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
