package main

import (
	"slices"
	"strings"
	"testing"
)

func TestTestsAndSubtestsAreCountedAndFailuresAreShown(t *testing.T) {
	var shown strings.Builder
	c := &tally{output: map[string]*strings.Builder{}, broken: map[string]bool{}, show: func(s string) { shown.WriteString(s) }}
	c.read(strings.NewReader(`{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"quiet\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestB/one","Output":"what went wrong\n"}
{"Action":"fail","Package":"p","Test":"TestB/one"}
{"Action":"fail","Package":"p","Test":"TestB"}
{"Action":"output","Package":"p","Test":"TestC","Output":"    c_test.go:9: apt-get install c\n"}
{"Action":"skip","Package":"p","Test":"TestC"}
{"Action":"fail","Package":"p"}
{"Action":"build-fail","ImportPath":"q"}
{"Action":"fail","Package":"q"}
not JSON
`))
	if c.passed != 1 || c.failed != 3 || !slices.Equal(c.skipped, []string{"p.TestC: apt-get install c"}) {
		t.Errorf("%d passed, %d failed, skipped %q", c.passed, c.failed, c.skipped)
	}
	if s := shown.String(); !strings.Contains(s, "what went wrong") || !strings.Contains(s, "not JSON") || strings.Contains(s, "quiet") {
		t.Errorf("shown: %q", s)
	}
}

func TestSkipIsAFailureWhereNothingMayBeSkipped(t *testing.T) {
	for strict, failed := range map[bool]int{false: 0, true: 1} {
		r := &report{strict: strict}
		r.skip("a part", "get it")
		if r.failed != failed {
			t.Errorf("strict %v: %d failed, want %d", strict, r.failed, failed)
		}
	}
}
