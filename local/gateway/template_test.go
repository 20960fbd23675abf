package gateway

import (
	"slices"
	"testing"
	"time"
)

func TestTemplateGivesRoutesTimeoutsAndTheTable(t *testing.T) {
	template, err := ReadTemplate("testdata/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range template.Routes() {
		got = append(got, r.Function+": "+r.Key())
	}
	want := []string{
		"directory: ANY /v1/tenants/{tenant}/users/{user}",
		"directory: GET /v1/tenants/{tenant}",
		"directory: POST /v1/tenants/{tenant}/users/batch",
		"pages: $default",
	}
	if !slices.Equal(got, want) {
		t.Errorf("routes:\n got %q\nwant %q", got, want)
	}
	if d := template.Functions[0].Timeout; d != 9*time.Second {
		t.Errorf("directory's own time-out is %v, want 9s", d)
	}
	if d := template.Functions[1].Timeout; d != 7*time.Second {
		t.Errorf("pages takes the global time-out: got %v, want 7s", d)
	}
	if template.Table["BillingMode"] != "PAY_PER_REQUEST" {
		t.Errorf("the table's properties are missing: %v", template.Table)
	}
}

func TestBrokenTemplateIsOneClearLine(t *testing.T) {
	_, err := ReadTemplate("server.go")
	if err == nil {
		t.Fatal("a file that is no template was accepted")
	}
	if slices.Contains([]byte(err.Error()), '\n') {
		t.Errorf("the error has more than one line: %q", err)
	}
}
