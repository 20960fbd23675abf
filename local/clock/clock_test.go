package clock

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// open starts a clock on path.
func open(t *testing.T, path string) *Clock {
	t.Helper()
	c, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// ahead is how far c is ahead of the machine, give or take a minute.
func ahead(c *Clock) time.Duration { return time.Until(c.Now()).Round(time.Minute) }

func TestClockMovesForwardAndStaysThereAfterARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clock")
	c := open(t, path)
	if err := c.Advance(26 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := c.Advance(time.Hour); err != nil {
		t.Fatal(err)
	}
	if got := ahead(open(t, path)); got != 27*time.Hour {
		t.Errorf("after a restart the clock is %v ahead, want 27h", got)
	}
}

func TestBrokenClockFileIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clock")
	for _, text := range []string{"", "soon", "-1h", "999999h"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: got %v, want an error that names the file", text, err)
		}
	}
}

func TestClockAnswersAndRefusesAsTheContractSays(t *testing.T) {
	const media = "application/json"
	for name, test := range map[string]struct {
		method, media, body string
		status              int
		code                string
		ahead               time.Duration
	}{
		"read":             {"GET", "", "", 200, "", 0},
		"a day and a bit":  {"POST", media, `{"advance":"26h"}`, 200, "", 26 * time.Hour},
		"not at all":       {"POST", media, `{"advance":"0s"}`, 200, "", 0},
		"back":             {"POST", media, `{"advance":"-1h"}`, 422, "invalid", 0},
		"too far":          {"POST", media, `{"advance":"90000h"}`, 422, "invalid", 0},
		"no duration":      {"POST", media, `{"advance":"tomorrow"}`, 422, "invalid", 0},
		"missing":          {"POST", media, `{}`, 422, "invalid", 0},
		"unknown member":   {"POST", media, `{"advance":"1h","back":true}`, 400, "malformed", 0},
		"repeated member":  {"POST", media, `{"advance":"1h","advance":"1h"}`, 400, "malformed", 0},
		"wrong type":       {"POST", media, `{"advance":3600}`, 400, "malformed", 0},
		"second value":     {"POST", media, `{"advance":"1h"}{}`, 400, "malformed", 0},
		"nothing":          {"POST", media, ``, 400, "malformed", 0},
		"another type":     {"POST", "text/plain", `{"advance":"1h"}`, 415, "unsupported_media_type", 0},
		"too large":        {"POST", media, strings.Repeat(" ", 2000), 413, "too_large", 0},
		"another method":   {"PUT", media, `{"advance":"1h"}`, 405, "method_not_allowed", 0},
		"name in capitals": {"POST", media, `{"ADVANCE":"1h"}`, 400, "malformed", 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t, filepath.Join(t.TempDir(), "clock"))
			moved := 0
			r := httptest.NewRequest(test.method, Path, strings.NewReader(test.body))
			r.Header.Set("Content-Type", test.media)
			w := httptest.NewRecorder()
			c.Handler("http://localhost", func(context.Context) { moved++ }).ServeHTTP(w, r)
			var answer struct{ Now, Code string }
			if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
				t.Fatal(err)
			}
			if w.Code != test.status || answer.Code != test.code {
				t.Errorf("%d %q, want %d %q", w.Code, answer.Code, test.status, test.code)
			}
			if got := ahead(c); got != test.ahead {
				t.Errorf("the clock is %v ahead, want %v", got, test.ahead)
			}
			if wants := test.method == http.MethodPost && test.status == 200; (moved == 1) != wants {
				t.Errorf("moved was called %d times", moved)
			}
			if _, err := time.Parse(time.RFC3339, answer.Now); test.status == 200 && (err != nil || !strings.HasSuffix(answer.Now, "Z")) {
				t.Errorf("now is %q", answer.Now)
			}
		})
	}
}
