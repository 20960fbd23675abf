package httpapi

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"sallyport/shared/twofactor"
)

// canaries must never stand in a log line.
var canaries = []string{"canary-code", "canary-secret", "canary-token", "canary-assertion", "canary@example.com", "canary-user", "canary-key"}

// line returns the one line that a request left.
func (b *bench) line() map[string]any {
	b.t.Helper()
	text := b.log.String()
	if strings.Count(text, "\n") != 1 {
		b.t.Fatalf("not one line: %q", text)
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(text), &line); err != nil {
		b.t.Fatalf("not JSON: %v: %q", err, text)
	}
	for _, canary := range canaries {
		if strings.Contains(text, canary) {
			b.t.Errorf("the log holds %s: %s", canary, text)
		}
	}
	return line
}

func TestEveryRequestLeavesOneLineThatSaysWhatBecameOfIt(t *testing.T) {
	b := newBench(t, Directory)
	b.deps.Users = fakeUsers{get: func(twofactor.Caller, twofactor.Ref) (twofactor.UserView, error) {
		return twofactor.UserView{}, &twofactor.Error{Code: twofactor.CodeUserNotFound}
	}}
	b.platform("GET /v1/tenants/acme/users/canary-user", "")
	got := b.line()
	for name, want := range map[string]any{
		"msg": "request", "level": "INFO", "function": "directory", "route": "GET /v1/tenants/{tenant}/users/{user}", "tenant": "acme",
		"request_id": "request-1", "status": float64(404), "code": "user_not_found", "cold_start": true, "duration_ms": float64(0),
	} {
		if got[name] != want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
}

func TestOnlyTheFirstRequestIsAColdStart(t *testing.T) {
	b := newBench(t, Pages)
	handler := Pages(b.deps)
	b.f = func(Deps) Handler { return handler }
	b.send(call{line: "GET /healthz"})
	if cold := b.line()["cold_start"]; cold != true {
		t.Errorf("first: %v", cold)
	}
	b.log.Reset()
	b.send(call{line: "GET /healthz"})
	if cold := b.line()["cold_start"]; cold != false {
		t.Errorf("second: %v", cold)
	}
}

func TestAPersonsCallIsLoggedWithTheTenantOfTheToken(t *testing.T) {
	b, _ := approving(t)
	b.person("POST /v1/verify", `{"code":"canary-code"}`)
	if tenant := b.line()["tenant"]; tenant != "acme" {
		t.Errorf("tenant is %v", tenant)
	}
}

func TestLG02_NoLineHoldsWhatWasSentHoweverTheRequestEnds(t *testing.T) {
	broken := fmt.Errorf("decoding canary-secret for canary@example.com: %w", twofactor.ErrStore)
	for about, end := range map[string]func() error{
		"right":           func() error { return nil },
		"refused":         func() error { return &twofactor.Error{Code: twofactor.CodeCodeWrong, Detail: "canary-secret"} },
		"broken":          func() error { return broken },
		"broken in two":   func() error { return fmt.Errorf("%w and %w", broken, errBroken) },
		"panic":           func() error { panic("canary-secret") },
		"panic, an error": func() error { panic(broken) },
	} {
		b := newBench(t, Verify)
		b.deps.Verify = fakeVerify{code: func(twofactor.Caller, twofactor.CodeInput) (twofactor.VerifyAnswer, error) {
			return twofactor.VerifyAnswer{Result: "approved", Assertion: "canary-assertion"}, end()
		}}
		b.person("POST /v1/verify", `{"code":"canary-code"}`, "user-agent", "canary-user", "sallyport-actor", "canary-user")
		if b.line()["msg"] != "request" {
			t.Errorf("%s: no line", about)
		}
	}
	for _, body := range []string{`{"code":"canary-code"`, `{"canary-secret":1}`, `{"code":["canary-code"]}`, "\xffcanary-code"} {
		b, _ := approving(t)
		b.person("POST /v1/verify?canary-secret=1", body)
		b.line()
		b.log.Reset()
		r := b.person("POST /v1/verify", body)
		b.line()
		if strings.Contains(r.Body, "canary-code") {
			t.Errorf("the answer repeats the code: %s", r.Body)
		}
	}
}

func TestLG02_ABrokenStoreIsNamedInTheLogWithoutItsText(t *testing.T) {
	for err, want := range map[error]string{
		twofactor.ErrStore:          "store: ",
		twofactor.ErrUnknownOutcome: "unknown outcome: ",
		errBroken:                   "*errors.errorString",
	} {
		b := newBench(t, Directory)
		b.deps.Users = fakeUsers{get: func(twofactor.Caller, twofactor.Ref) (twofactor.UserView, error) {
			return twofactor.UserView{}, fmt.Errorf("canary-secret: %w", err)
		}}
		b.platform("GET /v1/tenants/acme/users/ann", "").expect(t, want, 503, twofactor.CodeUnavailable)
		line := b.line()
		if cause, _ := line["cause"].(string); !strings.HasPrefix(cause, want) && !strings.HasSuffix(cause, want) || line["level"] != "ERROR" {
			t.Errorf("%v: %v", err, line)
		}
	}
}

func TestLG03_ACredentialNeverStandsInALine(t *testing.T) {
	for _, bearer := range []string{"sallyport_sk_canary-key", "canary-token"} {
		for _, f := range []func(Deps) Handler{Verify, Directory} {
			b := newBench(t, f)
			b.send(call{line: "POST /v1/verify", headers: map[string]string{"authorization": "Bearer " + bearer}})
			b.line()
			b.log.Reset()
			b.send(call{line: "GET /v1/tenants/acme", headers: map[string]string{"authorization": bearer}})
			b.line()
		}
	}
}

func TestLG04_ControlCharactersAnywhereLeaveOneLine(t *testing.T) {
	const evil = "a\r\n{\"msg\":\"forged\"}\x1b[2J"
	b := newBench(t, Directory)
	b.send(call{line: "GET /v1/tenants/a%0D%0Ab\r\n{}", headers: map[string]string{"user-agent": evil, "x-request-id": evil, "authorization": "Bearer " + evil}})
	if line := b.line(); line["msg"] != "request" || line["tenant"] != nil {
		t.Errorf("the line: %v", line)
	}
	b.log.Reset()
	b.send(call{line: "G\nET /v1/tenants/acme", headers: map[string]string{"user-agent": evil}})
	b.line()
}
