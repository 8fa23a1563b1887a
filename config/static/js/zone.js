// A select marked data-zone proposes the browser's own time zone where none was chosen before.
// Without it the guest chooses.
addEventListener("DOMContentLoaded", () => {
  const zone = document.querySelector("select[data-zone]");
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  const offered = zone?.querySelector(`option[value="${CSS.escape(here)}"]`);
  if (offered && !zone.value) zone.value = here;
});
