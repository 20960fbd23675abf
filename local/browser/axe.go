package browser

import (
	"os"
	"path/filepath"
	"strings"

	"sallyport/local/parts"
)

// runAxe runs the rules of WCAG 2.2 A and AA and axe's own best practices, and
// answers one line for each element that breaks one.
const runAxe = `axe.run(document, {resultTypes: ["violations"]}).then((r) =>
	r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.target.join(" ") + ": " + n.failureSummary.replaceAll("\n", " "))))`

// Axe fails the test for every violation that axe-core finds in the page as it
// is now. name says where. local is the project's folder local/.
func (b *Tab) Axe(local, name string) {
	b.t.Helper()
	if !Eval[bool](b, "'axe' in window") {
		Eval[bool](b, axeSource(b, local)+"; true")
	}
	for _, line := range Eval[[]string](b, runAxe) {
		b.t.Errorf("%s: %s", name, line)
	}
}

// axeSource reads axe-core at the version of local/package-lock.json, and
// fetches it where it is missing.
func axeSource(b *Tab, local string) string {
	b.t.Helper()
	modules, err := parts.FetchSES(b.t.Context(), local)
	if err != nil {
		Missing(b.t, "axe-core", strings.TrimSpace(err.Error()))
	}
	source, err := os.ReadFile(filepath.Join(modules, "axe-core", "axe.min.js"))
	if err != nil {
		b.t.Fatal(err)
	}
	return string(source)
}
