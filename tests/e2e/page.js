// What a person perceives of the page, for the tests. Needs axe-core, loaded before.
window.passerelle_test = (() => {
  const spaces = (text) => text.replace(/\s+/g, " ").trim();

  const perceived = (work) => {
    axe.setup(document.documentElement);
    try {
      return work();
    } finally {
      axe.teardown();
    }
  };

  const describe = (element) => ({
    role: axe.commons.aria.getRole(element) ?? "",
    name: spaces(axe.commons.text.accessibleText(element) ?? ""),
    value: "value" in element ? String(element.value) : "",
    checked: "checked" in element ? element.checked : null,
  });

  const isShown = (element) => element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: false });

  return {
    focused: () => perceived(() => describe(document.activeElement ?? document.body)),
    // Every element of a role, in the order of the page.
    list: (role) =>
      perceived(() =>
        [...document.querySelectorAll("*")]
          .filter((element) => isShown(element) && axe.commons.aria.getRole(element) === role)
          .map(describe),
      ),
    text: () => spaces((document.querySelector("dialog[open]") ?? document.body).innerText),
    violations: async () => {
      const found = await axe.run(document, { resultTypes: ["violations"] });
      return found.violations.map(({ id, help, nodes }) => ({
        id,
        help,
        nodes: nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`),
      }));
    },
    // Whether something sticks out sideways, which a person would have to scroll for.
    overflow: () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
})();
