// All of our own JavaScript: every part is an enhancement, bound by data attributes.
// Forms and links work without it.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const on = (name, act, options) => document.addEventListener(name, act, options);
  const onClick = (selector, act) =>
    on("click", (event) => {
      const target = event.target.closest?.(selector);
      if (target) act(target, event);
    });

  // command/commandfor open and close dialogs; this is for browsers that lack them.
  if (!("command" in HTMLButtonElement.prototype)) {
    onClick("button[commandfor]", (button) => {
      const dialog = document.getElementById(button.getAttribute("commandfor"));
      const command = button.getAttribute("command");
      if (command === "show-modal") dialog?.showModal();
      if (command === "close") dialog?.close();
    });
  }

  // A click on the backdrop closes a dialog, unless it moves money.
  onClick("dialog.dlg:not([data-money])[open]", (dialog, event) => {
    if (event.target !== dialog) return;
    const box = dialog.getBoundingClientRect();
    const { clientX: x, clientY: y } = event;
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) dialog.close();
  });
  // Escape does not abandon a money dialog whose request is under way.
  on("cancel", (event) => {
    const busy = ":has(.htmx-request, [aria-busy='true'])";
    if (event.target.matches?.(`dialog[data-money]${busy}`)) event.preventDefault();
  }, true);
  // /page#dialog-id opens that dialog, so that a link can land on it.
  const openFromHash = () => {
    const dialog = document.getElementById(location.hash.slice(1));
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
  };
  addEventListener("hashchange", openFromHash);
  openFromHash();

  // Steppers: data-step="-1" or "1" inside .qty, beside a number input that works without
  // them, or a hidden one whose value an output shows.
  onClick("[data-step]", (button) => {
    const box = button.closest(".qty");
    const input = $("input", box);
    const shown = $("output", box);
    const least = Number(box.dataset.min ?? input.min);
    input.value = Math.min(99, Math.max(least, Number(input.value) + Number(button.dataset.step)));
    if (shown) shown.value = input.value;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // data-key="/" gives an element a key of its own. Off while typing, and where the body
  // carries data-no-keys (a personal setting, WCAG 2.1.4).
  on("keydown", (event) => {
    const off = document.body.dataset.noKeys !== undefined;
    if (off || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input, textarea, select, dialog[open]")) return;
    const target = $(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    target.matches("input") ? target.focus() : target.click();
  });

  // data-filter="#list" hides the items in it that lack what was typed: "mint 4" finds MINT-42.
  const plain = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  on("input", (event) => {
    const list = event.target.dataset?.filter && $(event.target.dataset.filter);
    if (!list) return;
    const wanted = plain(event.target.value);
    const items = list.querySelectorAll(event.target.dataset.filterItems ?? ":scope > *");
    for (const item of items) item.hidden = !plain(item.textContent).includes(wanted);
  });

  // A toast leaves after ten seconds, but waits while the pointer or the focus is on it.
  const toasts = $("#toasts");
  const leave = (toast) => setTimeout(
    () => (toast.matches(":hover, :focus-within") ? leave(toast) : toast.remove()), 10000);
  if (toasts) {
    for (const toast of toasts.children) leave(toast);
    new MutationObserver((changes) => {
      for (const change of changes) {
        for (const node of change.addedNodes) if (node.nodeType === Node.ELEMENT_NODE) leave(node);
      }
    }).observe(toasts, { childList: true });
  }
  const say = (text) => {
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.textContent = text;
    toasts?.append(toast);
  };

  // data-copy="text" copies it and says data-copied. Without a clipboard (plain http) the
  // field named by data-copy-field is selected instead.
  onClick("[data-copy]", async (button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      say(button.dataset.copied);
    } catch {
      const field = button.dataset.copyField && $(button.dataset.copyField);
      field?.select();
    }
  });
  onClick("[data-print]", () => print());

  // data-once: a plain form goes out once. The pressed button turns busy until the page
  // changes; coming back, or a silence of fifteen seconds, frees it again.
  const release = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  };
  on("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-once]:not([hx-post])")) return;
    if (form.dataset.sent !== undefined) return event.preventDefault();
    form.dataset.sent = "";
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(release, 15000, form);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  // htmx. The server may send HX-Trigger with focus-on or open-dialog ("#id"), or close-dialog,
  // which closes the dialog whose answer it is, and none that was opened meanwhile.
  on("focus-on", (event) => requestAnimationFrame(() => $(event.detail.value)?.focus()));
  on("open-dialog", (event) => {
    const dialog = $(event.detail.value);
    if (!dialog.open) dialog.showModal();
  });
  on("close-dialog", (event) => event.target.closest("dialog")?.close());
  // A region marked data-poll is left alone while somebody is at work in it: the focus shows
  // there, or a dialog or menu is open. The next turn brings what was missed.
  const occupied = (region) =>
    $(":focus-visible, :popover-open", region) || $("dialog[open]");
  for (const moment of ["htmx:beforeRequest", "htmx:beforeSwap"]) {
    on(moment, (event) => {
      const region = event.detail.requestConfig.elt;
      if (region.matches?.("[data-poll]") && occupied(region)) event.preventDefault();
    });
  }
  // A lost connection must never look like a saved order.
  const offline = (lost) => () => {
    const notice = $("#offline");
    if (notice) notice.hidden = !lost;
  };
  on("htmx:sendError", offline(true));
  on("htmx:afterOnLoad", offline(false));
})();
