package httpapi

import (
	"context"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

type fakeEvents struct {
	list func(twofactor.EventQuery) ([]twofactor.Event, string, error)
}

func (f fakeEvents) List(_ context.Context, _ twofactor.Caller, _ string, q twofactor.EventQuery) ([]twofactor.Event, string, error) {
	return f.list(q)
}

// trailOf makes a bench whose trail holds these events and no more pages.
func trailOf(t *testing.T, next string, events ...twofactor.Event) *bench {
	b := newBench(t, Directory)
	b.deps.Events = fakeEvents{list: func(twofactor.EventQuery) ([]twofactor.Event, string, error) { return events, next, nil }}
	return b
}

const trailLine = "GET /v1/tenants/acme/events"

func TestTheTrailComesInTheFormThatAcceptPrefers(t *testing.T) {
	b := trailOf(t, "", twofactor.Event{ID: "e1", At: noon, Type: twofactor.EventEnrolled, User: "ann"})
	for accept, want := range map[string]string{
		"": mediaJSON, "*/*": mediaJSON, "application/*": mediaJSON, "text/html": mediaJSON, "nonsense": mediaJSON,
		"text/csv": sheetMedia, "text/*": sheetMedia, "TEXT/CSV": sheetMedia, "text/csv, */*": sheetMedia,
		"application/x-ndjson":                      mediaNDJSON,
		"application/json;q=0.5, text/csv;q=0.9":    sheetMedia,
		"text/csv;q=0, application/x-ndjson;q=0.1":  mediaNDJSON,
		"application/json, text/plain, */*":         mediaJSON,
		"text/csv;q=2, application/json;q=0.1":      mediaJSON,
		"text/csv;q=0.5, */*;q=0.9, text/csv;q=0.1": mediaJSON,
	} {
		if r := b.platform(trailLine, "", "accept", accept); r.StatusCode != 200 || r.Headers["Content-Type"] != want || r.Headers["Vary"] != "Accept" {
			t.Errorf("%q: %d %s, want %s", accept, r.StatusCode, r.Headers["Content-Type"], want)
		}
	}
}

func TestAnEventIsShownWithWhatItHasAndInLinesOneByOne(t *testing.T) {
	whole := twofactor.Event{
		ID: "e2", At: noon.Add(time.Millisecond), Type: twofactor.EventFactorReset, Tenant: "acme", User: "ann", Actor: &twofactor.Ref{Tenant: "acme", User: "root"},
		KeyID: "k1", IP: "192.0.2.1", UserAgent: "curl", Detail: map[string]string{"then": "enroll"},
	}
	b := trailOf(t, "", whole, twofactor.Event{ID: "e1", At: noon, Type: twofactor.EventTenantCreated})
	first := `{"id":"e2","at":"2026-03-04T12:00:00Z","type":"factor.reset","user":"ann","actor":{"tenant":"acme","user":"root"},"key":"k1","ip":"192.0.2.1","user_agent":"curl","detail":{"then":"enroll"}}`
	second := `{"id":"e1","at":"2026-03-04T12:00:00Z","type":"tenant.created","detail":{}}`
	sameJSON(t, "JSON", b.platform(trailLine, "").Body, `{"items":[`+first+`,`+second+`],"next_cursor":null}`)
	lines := strings.SplitAfter(b.send(call{line: trailLine, headers: with(apiKey, []string{"accept", mediaNDJSON})}).Body, "\n")
	if len(lines) != 3 || lines[2] != "" {
		t.Fatalf("%d lines", len(lines)-1)
	}
	sameJSON(t, "line 1", lines[0], first)
	sameJSON(t, "line 2", lines[1], second)
}

// LG-05: no cell of an export is a formula, and quoting is that of RFC 4180.
func TestLG05NoCellOfAnExportIsAFormula(t *testing.T) {
	for _, text := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "\x00x", " =1", `=HYPERLINK("http://evil.example","x")`} {
		b := trailOf(t, "", twofactor.Event{ID: "e1", At: noon, Type: twofactor.EventEnrolled, UserAgent: text})
		cells := b.sheetOf(t, trailLine)
		if got := cells[1][8]; !strings.HasPrefix(got, "'") {
			t.Errorf("%q became %q", text, got)
		}
	}
	b := trailOf(t, "", twofactor.Event{ID: "e1", At: noon, Type: twofactor.EventEnrolled, UserAgent: "a,\"b\"\nc", Detail: map[string]string{"x": "=1"}})
	body := b.send(call{line: trailLine, headers: with(apiKey, []string{"accept", mediaCSV})}).Body
	if !strings.Contains(body, `"a,""b""`+"\r\n"+`c","{""x"":""=1""}"`+"\r\n") {
		t.Errorf("quoted as %q", body)
	}
}

// sheetOf asks for CSV and takes it apart.
func (b *bench) sheetOf(t *testing.T, line string) [][]string {
	t.Helper()
	cells, err := csv.NewReader(strings.NewReader(b.send(call{line: line, headers: with(apiKey, []string{"accept", mediaCSV})}).Body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return cells
}

func TestALinkLeadsToTheNextPageOfTheSameQuestion(t *testing.T) {
	b := trailOf(t, "c+2")
	for _, accept := range []string{mediaJSON, mediaNDJSON, mediaCSV} {
		r := b.platform(trailLine+"?user=ann&limit=7&cursor=c1", "", "accept", accept)
		if got, want := r.Headers["Link"], `<https://two.example/v1/tenants/acme/events?cursor=c%2B2&limit=7&user=ann>; rel="next"`; got != want {
			t.Errorf("%s: %s", accept, got)
		}
	}
	if r := trailOf(t, "").platform(trailLine, ""); r.Headers["Link"] != "" {
		t.Errorf("at the end: %s", r.Headers["Link"])
	}
}

func TestTheQuestionsOfAListReachTheUseCaseAsTheyWereAsked(t *testing.T) {
	b := newBench(t, Directory)
	var got twofactor.EventQuery
	b.deps.Events = fakeEvents{list: func(q twofactor.EventQuery) ([]twofactor.Event, string, error) { got = q; return nil, "", nil }}
	b.platform(trailLine+"?user=ann&type=factor.reset&from=2026-03-04T13:00:00%2B01:00&to=2026-03-05T00:00:00Z&order=asc&limit=3&cursor=c", "").expect(t, "events", 200, "")
	want := twofactor.EventQuery{User: "ann", Type: twofactor.EventFactorReset, From: noon, To: noon.Add(12 * time.Hour), Order: twofactor.OrderAscending, Limit: 3, Cursor: "c"}
	if got != want {
		t.Errorf("asked %+v, want %+v", got, want)
	}
	for line, pointer := range map[string]any{
		trailLine + "?from=yesterday":                     "/query/from",
		trailLine + "?to=2026-03-05":                      "/query/to",
		trailLine + "?limit=0":                            "/query/limit",
		"GET /v1/tenants/acme/users?locked=yes":           "/query/locked",
		"GET /v1/tenants/acme/users?reset_requested=":     "/query/reset_requested",
		"GET /v1/tenants/acme/users?state=active&limit=x": "/query/limit",
	} {
		r := b.platform(line, "")
		if r.expect(t, line, 422, twofactor.CodeInvalid); r.pointer() != pointer {
			t.Errorf("%s points at %v", line, r.pointer())
		}
	}
	for _, line := range []string{trailLine + "?sort=up", trailLine + "?user=a&user=b", "GET /v1/tenants/acme/users?role=a&role=b", "GET /v1/tenants/acme/summary?state=active"} {
		b.platform(line, "").expect(t, line, 400, twofactor.CodeMalformed)
	}
}
