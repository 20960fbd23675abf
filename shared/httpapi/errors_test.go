package httpapi

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// codesOfTheRules reads the codes out of the source of the rules, so that a
// new one can't be forgotten here.
func codesOfTheRules(t *testing.T) []twofactor.Code {
	t.Helper()
	var codes []twofactor.Code
	for _, text := range constantsOf(t, "../twofactor/errors.go", "Code") {
		codes = append(codes, twofactor.Code(text))
	}
	return codes
}

// constantsOf returns the values of all constants of one type in a file.
func constantsOf(t *testing.T, path, kind string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			if name, ok := spec.Type.(*ast.Ident); ok && name.Name == kind {
				text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				values = append(values, text)
			}
		}
		return true
	})
	if len(values) < 30 {
		t.Fatalf("only %d of type %s were found in %s", len(values), kind, path)
	}
	return values
}

func TestEveryCodeHasAStatusAndATitleAndNothingElseHas(t *testing.T) {
	codes := codesOfTheRules(t)
	for _, code := range codes {
		if m := meanings[code]; m.status < 400 || m.status > 503 || m.title == "" {
			t.Errorf("%s means %+v", code, m)
		}
	}
	if len(codes) != len(meanings) {
		t.Errorf("%d codes, %d meanings", len(codes), len(meanings))
	}
}

func TestIN13_EveryRefusalIsAProblemWithoutAnythingFromInside(t *testing.T) {
	for _, code := range codesOfTheRules(t) {
		r := refusedWith(t, &twofactor.Error{Code: code, Detail: "A sentence."})
		r.expect(t, string(code), meanings[code].status, code)
		want := map[string]any{"type": "https://two.example/problems/" + string(code), "title": meanings[code].title, "status": float64(meanings[code].status), "request_id": "request-1"}
		for name, value := range want {
			if r.member[name] != value {
				t.Errorf("%s: %s is %v, want %v", code, name, r.member[name], value)
			}
		}
		if r.Headers["Content-Type"] != "application/problem+json" || r.Headers["Sallyport-Request-Id"] != "request-1" {
			t.Errorf("%s: headers %v", code, r.Headers)
		}
	}
}

// refusedWith is the answer when the use case returns err.
func refusedWith(t *testing.T, err error) reply {
	t.Helper()
	b := newBench(t, Directory)
	b.deps.Users = fakeUsers{get: func(twofactor.Caller, twofactor.Ref) (twofactor.UserView, error) { return twofactor.UserView{}, err }}
	return b.platform("GET /v1/tenants/acme/users/ann", "")
}

func TestIN13_WhateverBreaksInsideIsUnavailableAndSaysNothing(t *testing.T) {
	for _, err := range []error{
		errBroken,
		fmt.Errorf("loading: %w", twofactor.ErrStore),
		fmt.Errorf("committing: %w", twofactor.ErrUnknownOutcome),
		context.DeadlineExceeded,
		&twofactor.Error{Code: "a code that nobody knows", Detail: "arn:aws:kms"},
		&twofactor.Error{Code: twofactor.CodeUnavailable, Detail: "The key service did not answer."},
	} {
		r := refusedWith(t, err)
		r.expect(t, err.Error(), 503, twofactor.CodeUnavailable)
		if r.Headers["Retry-After"] != "5" || r.member["retry_at"] != "2026-03-04T12:00:05Z" {
			t.Errorf("%v: Retry-After %q, retry_at %v", err, r.Headers["Retry-After"], r.member["retry_at"])
		}
		for _, inside := range []string{"arn:", "dynamodb", "twofactor", "loading", "goroutine", "context"} {
			if strings.Contains(r.Body, inside) {
				t.Errorf("%v: the body holds %q: %s", err, inside, r.Body)
			}
		}
	}
}

func TestAPanicIsUnavailableAndNeverAYes(t *testing.T) {
	b := newBench(t, Verify)
	b.deps.Verify = fakeVerify{code: func(twofactor.Caller, twofactor.CodeInput) (twofactor.VerifyAnswer, error) { panic("123456") }}
	r := b.person("POST /v1/verify", `{"code":"123456"}`)
	r.expect(t, "panic", 503, twofactor.CodeUnavailable)
	if strings.Contains(b.log.String(), "123456") || !strings.Contains(b.log.String(), "panic") {
		t.Errorf("the log: %s", b.log)
	}
}

func TestALostRaceIsAConflict(t *testing.T) {
	refusedWith(t, &twofactor.ConflictError{}).expect(t, "conflict", 409, twofactor.CodeConflict)
}

func TestRetryAfterIsWholeSecondsNeverTooFewAndNeverNone(t *testing.T) {
	for wait, want := range map[time.Duration][2]string{
		30 * time.Second:         {"30", "2026-03-04T12:00:30Z"},
		29500 * time.Millisecond: {"30", "2026-03-04T12:00:30Z"},
		time.Millisecond:         {"1", "2026-03-04T12:00:01Z"},
		-time.Second:             {"1", "2026-03-04T11:59:59Z"},
		time.Hour:                {"3600", "2026-03-04T13:00:00Z"},
	} {
		r := refusedWith(t, &twofactor.Error{Code: twofactor.CodeThrottled, RetryAt: noon.Add(wait)})
		r.expect(t, wait.String(), http.StatusTooManyRequests, twofactor.CodeThrottled)
		if r.Headers["Retry-After"] != want[0] || r.member["retry_at"] != want[1] {
			t.Errorf("%v: Retry-After %q, retry_at %v", wait, r.Headers["Retry-After"], r.member["retry_at"])
		}
	}
}

func TestAProblemCarriesWhatItsCodePromises(t *testing.T) {
	left := 0
	r := refusedWith(t, &twofactor.Error{Code: twofactor.CodeCodeWrong, AttemptsLeft: &left})
	if r.member["attempts_left"] != float64(0) {
		t.Errorf("attempts_left is %v", r.member["attempts_left"])
	}
	r = refusedWith(t, &twofactor.Error{Code: twofactor.CodeReauthenticationRequired, MaxAge: 5 * time.Minute})
	if r.member["max_age"] != float64(300) {
		t.Errorf("max_age is %v", r.member["max_age"])
	}
	r = refusedWith(t, &twofactor.Error{Code: twofactor.CodeUserNotFound})
	for _, name := range []string{"attempts_left", "max_age", "retry_at", "errors"} {
		if _, there := r.member[name]; there {
			t.Errorf("%s stands where it does not apply", name)
		}
	}
}
