// Keys, and stretches of text that a person leaves out. Without it all decisions still work, but for choosing stretches.
"use strict";
(() => {
  const form = document.getElementById("decide");

  // ---- keys ---------------------------------------------------------------------------------------------------------
  const toggle = document.querySelector("[data-keys]");
  if (toggle) {
    toggle.checked = localStorage.getItem("desk-keys") !== "off";
    toggle.addEventListener("change", () => localStorage.setItem("desk-keys", toggle.checked ? "on" : "off"));
  }
  const typing = (target) => target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]") !== null;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || (toggle && !toggle.checked)) return;
    if (event.key === "m" && pickFrom(event.target)) return event.preventDefault();
    if (typing(event.target)) return;
    const done = form ? onItem(event.key) : onQueue(event.key);
    if (done) event.preventDefault();
  });

  function onQueue(key) {
    const links = [...document.querySelectorAll("tr[data-row] a")];
    const at = links.indexOf(document.activeElement);
    const focus = (link) => { link?.focus(); link?.scrollIntoView({ block: "nearest" }); return Boolean(link); };
    if (key === "j") return focus(links[Math.min(at + 1, links.length - 1)]);
    if (key === "k") return focus(links[Math.max(at - 1, 0)]);
    if (key === "f") return focus(document.querySelector(".choose select"));
    if (key === "n" || key === "p") {
      const link = document.querySelector(`.pages a[rel=${key === "n" ? "next" : "prev"}]`);
      link?.click();
      return Boolean(link);
    }
    return false;
  }

  function onItem(key) {
    if (key === "c") { document.getElementById("comment").focus(); return true; }
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return false;
    if (target.tagName === "A") target.click(); else { target.focus(); target.scrollIntoView({ block: "nearest" }); }
    return true;
  }

  if (!form) return;
  document.getElementById("problem")?.focus();

  // ---- leaving a stretch out ----------------------------------------------------------------------------------------
  const list = document.getElementById("masks");
  const float = document.getElementById("float");
  const characters = (text) => [...text].length; // the server counts characters, JavaScript UTF-16 units
  const leavesOut = list !== null;

  function stale() {
    document.getElementById("stale").hidden = false;
    document.getElementById("nomask").hidden = list.children.length > 0;
  }

  function leaveOut(holder, start, end, text) {
    if (!text.trim()) return false;
    const value = `${holder.dataset.field}:${holder.dataset.number}:${start}-${end}`;
    if (![...list.querySelectorAll("input")].some((one) => one.value === value)) {
      const [item, label, box, quote, where] = ["li", "label", "input", "q", "small"].map((tag) => document.createElement(tag));
      Object.assign(box, { type: "checkbox", name: "mask", value, checked: true });
      quote.textContent = text.length > 90 ? `${text.slice(0, 87)}…` : text;
      where.textContent = holder.dataset.title;
      label.className = "tick";
      label.append(box, " ", quote, " ", where);
      item.append(label);
      list.append(item);
      stale();
      box.focus({ preventScroll: true });
    }
    float.hidden = true;
    return true;
  }

  // Offsets in the received text: labels between its pieces do not count.
  function offset(holder, node, within) {
    const range = document.createRange();
    range.setStart(holder, 0);
    range.setEnd(node, within);
    const piece = range.cloneContents();
    for (const label of piece.querySelectorAll("[data-skip]")) label.remove();
    return characters(piece.textContent);
  }

  function selected() {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const holderOf = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest(".received");
    const holder = holderOf(range.startContainer);
    if (!holder || holder !== holderOf(range.endContainer)) return null;
    const start = offset(holder, range.startContainer, range.startOffset);
    const end = offset(holder, range.endContainer, range.endOffset);
    const whole = document.createRange();
    whole.selectNodeContents(holder);
    const piece = whole.cloneContents();
    for (const label of piece.querySelectorAll("[data-skip]")) label.remove();
    return start < end ? { holder, start, end, range, text: [...piece.textContent].slice(start, end).join("") } : null;
  }

  function pickFrom(target) {
    if (!leavesOut) return false;
    const area = target.closest?.(".pick textarea");
    if (area) return pickArea(area);
    const chosen = typing(target) ? null : selected();
    return chosen ? leaveOut(chosen.holder, chosen.start, chosen.end, chosen.text) : false;
  }

  function pickArea(area) {
    const text = area.value.slice(area.selectionStart, area.selectionEnd);
    const start = characters(area.value.slice(0, area.selectionStart));
    return leaveOut(area, start, start + characters(text), text);
  }

  if (leavesOut) {
    document.addEventListener("selectionchange", () => {
      const chosen = selected();
      float.hidden = !chosen;
      if (!chosen) return;
      const box = chosen.range.getBoundingClientRect();
      float.style.left = `${Math.max(8, box.left + window.scrollX)}px`;
      float.style.top = `${box.bottom + window.scrollY + 6}px`;
    });
    float.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
    float.addEventListener("click", () => pickFrom(document.body));
    // Read only would take the caret away, and with it the selecting by keyboard.
    for (const area of document.querySelectorAll(".pick textarea")) area.addEventListener("beforeinput", (event) => event.preventDefault());
    for (const button of document.querySelectorAll("[data-pick]"))
      button.addEventListener("click", () => pickArea(button.parentElement.querySelector("textarea")));
    form.addEventListener("change", (event) => { if (["mask", "region"].includes(event.target.name)) stale(); });
  }

  // Twice on a button is once.
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => delete form.dataset.sent);
})();
