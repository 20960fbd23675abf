package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// testEvent is one line of "go test -json".
type testEvent struct {
	Action  string
	Package string
	Test    string
	Output  string
}

// tally follows the events of one run.
type tally struct {
	passed, failed int
	// skipped holds "package.Test: reason".
	skipped []string
	// broken holds the packages with a test that failed.
	broken map[string]bool
	output map[string]*strings.Builder
	show   func(string)
}

// goTest runs go test and counts every test and subtest.
func (r *report) goTest(ctx context.Context, name string, environment []string, args ...string) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-json", "-count=1"}, args...)...)
	cmd.Env = append(without(os.Environ(), "AWS_ENDPOINT_URL"), environment...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		r.result(name, err)
		return
	}
	t := &tally{output: map[string]*strings.Builder{}, broken: map[string]bool{}, show: func(text string) { fmt.Print(text) }}
	t.read(out)
	err = cmd.Wait()
	if err != nil && t.failed == 0 {
		// go test itself failed.
		t.failed++
	}
	r.passed += t.passed
	r.failed += t.failed
	for _, s := range t.skipped {
		test, reason, _ := strings.Cut(s, ": ")
		r.skip(test, reason)
	}
	word := "ok     "
	if t.failed > 0 {
		word = "FAILED "
	}
	fmt.Printf("%s %s: %d passed, %d failed\n", word, name, t.passed, t.failed)
}

// read counts the events in lines of JSON; other lines are shown.
func (t *tally) read(lines io.Reader) {
	scanner := bufio.NewScanner(lines)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		var e testEvent
		if json.Unmarshal(scanner.Bytes(), &e) != nil || e.Action == "" {
			t.show(scanner.Text() + "\n")
			continue
		}
		t.event(e)
	}
}

// event counts one event. What a test said is shown only when it failed.
func (t *tally) event(e testEvent) {
	key := e.Package + "." + e.Test
	switch e.Action {
	case "output", "build-output":
		if t.output[key] == nil {
			t.output[key] = &strings.Builder{}
		}
		t.output[key].WriteString(e.Output)
		return
	case "build-fail", "fail":
		if said := t.output[key]; said != nil {
			t.show(said.String())
		}
		// A package that did not build, or ended outside its tests, counts as
		// one.
		if e.Action == "fail" && (e.Test != "" || !t.broken[e.Package]) {
			t.failed++
			t.broken[e.Package] = true
		}
	case "pass":
		if e.Test != "" {
			t.passed++
		}
	case "skip":
		if e.Test != "" {
			t.skipped = append(t.skipped, key+": "+t.reason(key))
		}
	default:
		return
	}
	delete(t.output, key)
}

// without drops the variables whose names begin with prefix: a run has only
// the parts that it is given.
func without(environment []string, prefix string) []string {
	return slices.DeleteFunc(environment, func(pair string) bool { return strings.HasPrefix(pair, prefix) })
}

// reason is what a skipped test said: "    file.go:12: reason".
func (t *tally) reason(key string) string {
	said := t.output[key]
	if said == nil {
		return "it did not say why"
	}
	for line := range strings.Lines(said.String()) {
		if _, reason, found := strings.Cut(strings.TrimSpace(line), ".go:"); found {
			_, reason, _ = strings.Cut(reason, ": ")
			return reason
		}
	}
	return "it did not say why"
}
