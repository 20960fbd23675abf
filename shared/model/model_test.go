package model

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"sallyport/shared/seal"
)

// stories and steps are how many random stories are lived, and how long they
// are on average; LONG=1 lives twenty times as many.
const (
	stories = "110"
	steps   = "120"
	// calls is how many calls all stories make together, at least.
	calls = 10_000
)

// seed makes "make test" live the same stories each time, so that it fails
// only for what was changed; "make test-long" lives new ones each time.
const seed = "47"

// size sets how much is tried, where the command line says nothing else.
func size(t *testing.T) (atLeast int) {
	t.Helper()
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	set := func(name, value string) {
		if given[name] {
			return
		}
		before := flag.Lookup(name).Value.String()
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = flag.Set(name, before) })
	}
	set("rapid.steps", steps)
	if os.Getenv("LONG") == "" {
		set("rapid.seed", seed)
	}
	switch {
	case testing.Short():
		set("rapid.checks", "4")
		return 0
	case os.Getenv("LONG") != "":
		set("rapid.checks", "4000")
		return 20 * calls
	case given["rapid.checks"] || given["rapid.steps"] || given["rapid.failfile"]:
		return 0
	}
	set("rapid.checks", stories)
	return calls
}

func TestServiceAndModelGiveTheSameAnswersStatesAndTrailInRandomStories(t *testing.T) {
	atLeast := size(t)
	root, err := seal.NewFileRoot(filepath.Join(t.TempDir(), "root.key"), func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	made, all := 0, newReach()
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(t, root, all)
		t.Repeat(m.actions())
		m.t = t
		m.sameStory()
		made += m.calls
	})
	all.tell(t)
	t.Logf("%d calls", made)
	if atLeast > 0 && !t.Failed() {
		all.missed(t)
	}
	if !t.Failed() && made < atLeast {
		t.Errorf("the stories made %d calls, they should make %d", made, atLeast)
	}
}
